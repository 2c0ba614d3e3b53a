import type { LocalFailure } from '../notes/local_failure.ts';
import { PARKED } from '../thread/turn.ts';
import { FAIL, H, type Layout, STOP, T } from '../words/layout.ts';
import type { Placement } from './placement.ts';
import type { AgentReply, AgentRequest } from './protocol.ts';
import type { Stall, StallWatch } from './stall.ts';
import type { Team } from './team.ts';

export type Stopped = Extract<AgentReply, { type: 'stopped' }>;

/** How the threads came out of a run. */
export interface RunEnd {
  /** What each thread reported; undefined for those that could not. */
  readonly replies: readonly (Stopped | undefined)[];
  /** What a thread found; known even where it could not report. */
  readonly failure: LocalFailure | undefined;
  /** A thread gave no sign of life, its worker ended, or it would not leave a schedule that was abandoned. */
  readonly trouble: 'hung' | 'died' | 'swallowed' | undefined;
  readonly thread: number;
  /** Why a thread is `hung`. */
  readonly stall: Stall | undefined;
}

/** Starts a run in all workers, `requestFor` each, and watches over them until all have stopped, or one never will. */
export function watchRun(
  team: Team,
  words: Int32Array,
  layout: Layout,
  requestFor: (thread: number) => AgentRequest,
  placement: Placement,
): Promise<RunEnd> {
  return new RunWatch(team, words, layout, placement).start(requestFor);
}

class RunWatch {
  private readonly team: Team;
  private readonly words: Int32Array;
  private readonly layout: Layout;
  private readonly placement: Placement;
  private readonly stalls: StallWatch;
  private readonly replies: (Stopped | undefined)[];
  private readonly cleanup: (() => void)[] = [];
  private failure: LocalFailure | undefined;
  private left: number;
  private resolve!: (end: RunEnd) => void;

  constructor(team: Team, words: Int32Array, layout: Layout, placement: Placement) {
    this.team = team;
    this.words = words;
    this.layout = layout;
    this.placement = placement;
    this.stalls = team.watchRun();
    this.left = team.members.length;
    this.replies = team.members.map(() => undefined);
  }

  start(requestFor: (thread: number) => AgentRequest): Promise<RunEnd> {
    const { members, lookMs } = this.team;
    const end = new Promise<RunEnd>((resolve) => {
      this.resolve = resolve;
    });
    const timer = setInterval(this.onLook, lookMs);
    this.cleanup.push(() => clearInterval(timer));
    members.forEach(({ worker, exited }, thread) => {
      const onMessage = (reply: AgentReply): void => this.onMessage(thread, reply);
      const onExit = (): void => this.end('died', thread);
      worker.on('message', onMessage);
      worker.on('exit', onExit);
      this.cleanup.push(
        () => worker.off('message', onMessage),
        () => worker.off('exit', onExit),
      );
      if (exited !== undefined) onExit();
    });
    members.forEach(({ worker }, thread) => {
      worker.postMessage(requestFor(thread));
    });
    return end;
  }

  private end(trouble: RunEnd['trouble'], thread: number, stall?: Stall): void {
    for (const remove of this.cleanup) remove();
    this.resolve({ replies: this.replies, failure: this.failure, trouble, thread, stall });
  }

  private onMessage(thread: number, reply: AgentReply): void {
    if (reply.type === 'failure') this.failure ??= reply.failure;
    if (reply.type !== 'stopped') return;
    this.replies[thread] = reply;
    if (--this.left === 0) this.end(undefined, -1);
  }

  private readonly onLook = (): void => {
    const { words } = this;
    if (words[H.STOP_REASON] === STOP.REPLACE) {
      this.end('swallowed', -1);
      return;
    }
    this.placement.look();
    // The analysis of a long schedule, or the copying of a large memory, is no time of the code under test.
    if (Atomics.load(words, H.OWN_WORK) !== 0) {
      this.stalls.begin();
      return;
    }
    const stall = this.stalls.look(this.beat, this.mayRun);
    if (stall === null) return;
    const unwinding = words[H.ABANDON] !== 0 && words[H.FAIL] === FAIL.NONE && stall.kind !== 'starved';
    this.end(unwinding ? 'swallowed' : 'hung', stall.thread, stall);
  };

  private readonly beat = (): string => {
    const { words } = this;
    const { SCHEDULE, STEP, BEAT } = H;
    return `${Atomics.load(words, SCHEDULE)} ${Atomics.load(words, STEP)} ${Atomics.load(words, BEAT)}`;
  };

  /** Who does not wait for its turn, and has not reported. */
  private readonly mayRun = (thread: number): boolean => {
    if (this.replies[thread] !== undefined) return false;
    return Atomics.load(this.words, this.layout.threads + thread * T.WORDS + T.GO) !== PARKED;
  };
}
