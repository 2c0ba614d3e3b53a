import { ABANDON, FAIL, H } from '../control/layout.ts';
import { count, nth, type Strategy } from '../strategy/strategy.ts';
import { below } from '../strategy/word_random.ts';

/** Steps that a held thread is given at a time when all are held. */
const FORCED_RUN = 32;

/**
 * Who runs next: the strategy's choice among those that can run and make progress, except where there is none,
 * or where a schedule has become so long that only fair scheduling gives a just verdict.
 */
export class Decision {
  private readonly words: Int32Array;
  private readonly strategy: Strategy;
  private readonly guided: boolean;
  private readonly fail: (kind: number) => number;

  /** `fail` notes a failure, abandons the schedule and returns -1. */
  constructor(words: Int32Array, strategy: Strategy, guided: boolean, fail: (kind: number) => number) {
    this.words = words;
    this.strategy = strategy;
    this.guided = guided;
    this.fail = fail;
  }

  /** The thread to run next; -1 if the schedule is now being abandoned. */
  next(): number {
    const words = this.words;
    const step = words[H.STEP];
    const enabled = words[H.ENABLED];
    if (enabled === 0) return this.fail(FAIL.BLOCKED);
    const candidates = enabled & ~words[H.HELD];
    if (this.guided) return this.follow(enabled, candidates, step);
    if (candidates !== enabled) words[H.HELD_BACK]++;
    const limit = words[H.STEP_LIMIT];
    if (step >= limit >>> 1) {
      if (step >= limit) return this.fail(FAIL.STEP_LIMIT);
      // The second half of a schedule that does not end is scheduled fairly.
      if (candidates !== 0) return this.pick(1 << nth(candidates, below(words, count(candidates))));
    }
    if (candidates === 0) return this.pickHeld(enabled);
    const stubborn = words[H.STUBBORN] - 1;
    if (stubborn >= 0) {
      if ((candidates & (1 << stubborn)) !== 0 && words[H.STUBBORN_LEFT]-- > 0) return stubborn;
      words[H.STUBBORN] = 0;
    }
    return this.pick(candidates);
  }

  /** The strategy's choice. It is asked even where there is none, so that it sees every step. */
  private pick(candidates: number): number {
    const next = this.strategy.pick(candidates);
    if (next < 0 && this.words[H.ABANDON] === ABANDON.NONE) this.words[H.ABANDON] = ABANDON.PRUNED;
    return next;
  }

  /** All that can run spin without progress: each in turn gets a few steps more, then it is a livelock. */
  private pickHeld(enabled: number): number {
    const words = this.words;
    if (words[H.FORCED] >= words[H.FORCED_LIMIT]) return this.fail(FAIL.LIVELOCK);
    const turn = Math.floor(words[H.FORCED]++ / FORCED_RUN);
    const above = enabled & ~((2 << (turn % words[H.THREADS])) - 1);
    const set = above !== 0 ? above : enabled;
    return this.pick(set & -set);
  }

  /** A replay may run held threads, as the recorded schedule did; where that ends, its verdict is due. */
  private follow(enabled: number, candidates: number, step: number): number {
    const words = this.words;
    if (step >= words[H.STEP_LIMIT]) return this.fail(FAIL.STEP_LIMIT);
    if (step < words[H.GUIDE_LENGTH]) return this.pick(enabled);
    const expected = words[H.EXPECT_FAIL];
    if (expected === FAIL.STEP_LIMIT) return this.fail(FAIL.STEP_LIMIT);
    if (candidates !== 0) return this.pick(candidates);
    return expected === FAIL.LIVELOCK ? this.fail(FAIL.LIVELOCK) : this.pickHeld(enabled);
  }
}
