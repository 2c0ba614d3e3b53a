import type { MessagePort } from 'node:worker_threads';
import { type Member, reasonOfExit } from './member.ts';
import type { AgentReply, AgentRequest } from './protocol.ts';
import { type Stall, type StallWatch, secondsOf, starvedText } from './stall.ts';

/** How often a worker that sleeps is asked what it waits for, while something is under way. */
const QUESTIONS_MAX = 20;

export interface Wait {
  readonly member: Member;
  readonly request: AgentRequest;
  readonly watch: StallWatch;
  readonly lookMs: number;
}

/**
 * Sends the request and resolves with the reply. Rejects, with the rest of a sentence about it, where the worker
 * ends, where it consumes all its CPU time, and where it sleeps and nothing is under way that could wake it.
 */
export function awaitReply(wait: Wait): Promise<AgentReply> {
  return new Reply(wait).promise;
}

class Reply {
  readonly promise: Promise<AgentReply>;
  private readonly wait: Wait;
  private resolve!: (reply: AgentReply) => void;
  private reject!: (error: Error) => void;
  private readonly timer: NodeJS.Timeout;
  /** Times that the worker was asked what it waits for, and that it said "nothing" in a row. */
  private questions = 0;
  private nothing = 0;
  private answered = true;

  constructor(wait: Wait) {
    this.wait = wait;
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    const { worker, exited } = wait.member;
    this.timer = setInterval(this.onLook, wait.lookMs);
    worker.on('message', this.onMessage);
    worker.once('exit', this.onExit);
    if (exited !== undefined) this.onExit();
    else worker.postMessage(wait.request, transferOf(wait.request));
  }

  private done(): void {
    clearInterval(this.timer);
    const { worker } = this.wait.member;
    worker.off('message', this.onMessage);
    worker.off('exit', this.onExit);
  }

  private fail(text: string, cause?: unknown): void {
    this.done();
    this.reject(new Error(text, { cause }));
  }

  private readonly onExit = (): void => {
    const { member } = this.wait;
    this.fail(`ended its worker: ${reasonOfExit(member).message}`, member.exited?.error);
  };

  private readonly onMessage = (reply: AgentReply): void => {
    if (reply.type === 'started') return;
    if (reply.type === 'pending') {
      this.onPending(reply.resources);
      return;
    }
    this.done();
    this.resolve(reply);
  };

  private readonly onLook = (): void => {
    const stall = this.wait.watch.look(
      () => '',
      () => true,
    );
    if (stall === null) return;
    if (stall.kind === 'computes') {
      const whose = stall.exact
        ? ''
        : ' (by the time of the whole process: this system does not tell a thread’s)';
      this.fail(
        `consumed ${stall.waited / 1000} s of CPU time and did not end: it loops for ever, or computes for very long${whose}`,
      );
    } else if (stall.kind === 'starved') this.fail(starvedText(stall));
    else this.onSleep(stall);
  };

  /** It sleeps: in its event loop, and then it answers, or in the middle of a call. */
  private onSleep(stall: Stall): void {
    if (!this.answered) {
      this.fail(
        `sleeps in a call that does not return (a wait on memory, synchronous input or output), for ${secondsOf(stall)} s`,
      );
      return;
    }
    this.answered = false;
    this.questions++;
    this.wait.watch.woken();
    this.wait.member.worker.postMessage({ type: 'pending' } satisfies AgentRequest);
  }

  private onPending(resources: readonly string[]): void {
    // To a question of the request before.
    if (this.answered) return;
    this.answered = true;
    this.wait.watch.woken();
    if (resources.length > 0) {
      this.nothing = 0;
      if (this.questions < QUESTIONS_MAX) return;
      this.fail(`did not end: it still waits for ${resources.join(', ')}`);
    } else if (++this.nothing > 1) {
      const what = this.wait.request.type === 'load' ? 'its top-level await' : 'what it awaits';
      this.fail(`never finished: ${what} is not settled, and nothing is under way that could settle it`);
    }
  }
}

function transferOf(request: AgentRequest): MessagePort[] {
  return request.type === 'attach' ? request.carriers.filter((port) => port !== null) : [];
}
