import { EVENT, KIND, type StepAbout } from '../control/words/operation.ts';
import { portOf } from '../control/words/place.ts';
import type { Step } from '../control/words/trace.ts';

/**
 * A message, from the step that sent it to the one that took it out of its port; -1: it was never taken. A Worker's start and
 * its end, which its parent hears of, count as such.
 */
export interface Message {
  readonly sent: number;
  readonly taken: number;
  /** The port that it came to; -1 for a start. */
  readonly port: number;
}

/** What the steps of a schedule say of its messages, and of the events of its Workers. */
export class Messages {
  readonly all: readonly Message[];
  private readonly steps: readonly Step[];
  private readonly texts: ReadonlyMap<number, string>;
  /** By the step that sent it; one to a BroadcastChannel may come to many. */
  private readonly bySender = new Map<number, Message[]>();
  private readonly byTaker = new Map<number, number>();

  /** @param texts of steps, where they were taken: values in short */
  constructor(steps: readonly Step[], texts: ReadonlyMap<number, string>) {
    this.steps = steps;
    this.texts = texts;
    const all: Message[] = [];
    for (let i = 0; i < steps.length; i++) {
      const { by, buffer } = steps[i];
      if (by < 0 || by >= i || !takes(steps[i])) continue;
      this.byTaker.set(i, by);
      this.add(all, { sent: by, taken: i, port: portOf(buffer) });
    }
    for (let i = 0; i < steps.length; i++) {
      const { kind, buffer } = steps[i];
      if (kind === KIND.SEND && !this.bySender.has(i))
        this.add(all, { sent: i, taken: -1, port: portOf(buffer) });
    }
    this.all = all.sort((a, b) => a.sent - b.sent || a.taken - b.taken);
  }

  private add(all: Message[], message: Message): void {
    all.push(message);
    this.bySender.set(message.sent, [...(this.bySender.get(message.sent) ?? []), message]);
  }

  /** Where what a step sent was taken; empty where it sent nothing, or nobody took it. */
  takenFrom(sent: number): readonly number[] {
    return (this.bySender.get(sent) ?? []).map(({ taken }) => taken).filter((taken) => taken >= 0);
  }

  /** The step that sent what a step took; undefined where it took nothing. */
  senderOf(taken: number): number | undefined {
    return this.byTaker.get(taken);
  }

  /** Those that were sent to a port, and that nobody has taken. */
  waitingIn(port: number): readonly Message[] {
    return this.all.filter((message) => message.port === port && message.taken < 0);
  }

  /** What there is to say of a step beside its record. */
  about(i: number): StepAbout {
    const { kind, result } = this.steps[i];
    const sent = this.byTaker.get(i);
    if (sent === undefined) return { text: this.texts.get(i) };
    const sender = this.steps[sent];
    if (kind === KIND.DELIVER && result === EVENT.EXIT)
      return { from: sender.thread, text: `code ${sender.a}` };
    if (kind === KIND.DELIVER && result === EVENT.ONLINE) return { from: sender.thread };
    return { from: sender.thread, text: this.texts.get(sent) };
  }

  /** `-> step 12` of a step that sends, `<- step 7` of one that takes; '' of any other. */
  arrow(i: number): string {
    const sent = this.byTaker.get(i);
    if (sent !== undefined) return `<- step ${sent}`;
    const { kind } = this.steps[i];
    if (kind !== KIND.SEND && kind !== KIND.END && kind !== KIND.SPAWN) return '';
    const taken = this.takenFrom(i);
    if (taken.length > 0) return `-> step ${taken.join(', ')}`;
    return kind === KIND.SEND ? '-> nobody takes it' : '';
  }
}

/** It takes out of a port what another step put there, or is the start that another one brought about. */
function takes({ kind, result }: Step): boolean {
  if (kind === KIND.START) return true;
  if (kind === KIND.RECEIVE) return result !== 0;
  return kind === KIND.DELIVER && result !== EVENT.CLOSE;
}
