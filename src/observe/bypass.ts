import type { Engine } from '../control/thread/engine.ts';
import type { ObserverType, StepObserver } from '../control/thread/observer.ts';
import { FAULT, N, unpackFault } from '../control/words/fault.ts';
import { FAIL, H, R, THREADS_MAX } from '../control/words/layout.ts';
import { KIND } from '../control/words/operation.ts';
import { kindOf, threadOf } from '../control/words/record.ts';

/** One that waits: where it arrived, and how often each of the others has entered since. */
interface Waiting {
  readonly step: number;
  readonly overtaken: number[];
}

/** Counts, at the end of a schedule, how often each thread that had arrived was overtaken by another one before it entered. */
class Bypass implements StepObserver {
  private readonly engine: Engine;
  private readonly most: number;

  constructor(engine: Engine, most: number) {
    this.engine = engine;
    this.most = most;
  }

  ended(): void {
    const { words, layout } = this.engine;
    const waiting = new Map<number, Waiting>();
    for (let step = 0; step < words[H.STEP]; step++) {
      const head = words[layout.trace + step * R.WORDS];
      const thread = threadOf(head);
      const kind = kindOf(head);
      if (kind === KIND.ARRIVE) waiting.set(thread, { step, overtaken: new Array(THREADS_MAX).fill(0) });
      // Who was taken waits no more.
      if (kind === KIND.FAULT) waiting.delete(takenBy(words[layout.trace + step * R.WORDS + R.RESULT]));
      if (kind === KIND.ENTER && !this.enters(waiting, thread, step)) return;
    }
  }

  /** False if one that waits was overtaken too often by that. */
  private enters(waiting: Map<number, Waiting>, thread: number, step: number): boolean {
    waiting.delete(thread);
    for (const [other, { step: arrived, overtaken }] of waiting) {
      if (++overtaken[thread] <= this.most) continue;
      this.engine.failWith(
        FAIL.BYPASS,
        new Error(
          `thread ${other}, which waits since step ${arrived}, was overtaken ${overtaken[thread]} times by thread ${thread} ` +
            `up to step ${step}; at most ${this.most} are allowed`,
        ),
      );
      this.engine.words[H.FAIL_THREAD] = other;
      return false;
    }
    return true;
  }
}

/** The thread that a fault took; -1 if that goes on. */
function takenBy(result: number): number {
  const { fault, target } = unpackFault(result);
  return fault === FAULT.KILL || fault === FAULT.STOP ? target : -1;
}

export const bypass: ObserverType = {
  name: 'bypass',
  kinds: [],
  words: () => 0,
  create: ({ engine }) => {
    const most = engine.words[engine.layout.faults + N.BYPASS] - 1;
    return most < 0 ? null : new Bypass(engine, most);
  },
};
