import { Nemesis } from '../nemesis/nemesis.ts';
import { isLane } from '../words/fault.ts';
import { ABANDON, FAIL, H, type Layout } from '../words/layout.ts';
import { below } from '../words/word_random.ts';
import { count, nth, type Strategy } from './strategy.ts';
import { dueFirst } from './waiters.ts';

/** Steps that a held thread is given at a time when all are held. */
const FORCED_RUN = 32;

/**
 * Who runs next: the strategy's choice among those that can run and make progress, except where there is none,
 * or where a schedule has become so long that only fair scheduling gives a just verdict.
 */
export class Decision {
  private readonly words: Int32Array;
  private readonly layout: Layout;
  private readonly strategy: Strategy;
  private readonly nemesis: Nemesis;
  private readonly guided: boolean;
  private readonly fail: (kind: number) => number;
  private readonly saved: (thread: number) => void;
  private readonly refuse: (thread: number, candidates: number) => number;

  /**
   * `fail` notes a failure, abandons the schedule and returns -1; `saved` hears of timeouts without which
   * nothing went on; `refuse` of a choice that was none of the candidates, and returns as `fail` does.
   */
  constructor(
    words: Int32Array,
    layout: Layout,
    strategy: Strategy,
    guided: boolean,
    fail: (kind: number) => number,
    saved: (thread: number) => void,
    refuse: (thread: number, candidates: number) => number,
  ) {
    this.words = words;
    this.layout = layout;
    this.strategy = strategy;
    this.nemesis = new Nemesis(words, layout);
    this.guided = guided;
    this.fail = fail;
    this.saved = saved;
    this.refuse = refuse;
  }

  /** Who acts next, a thread or a lane of the nemesis; -1 if the schedule is now being abandoned. */
  next(): number {
    const words = this.words;
    const step = words[H.STEP];
    const enabled = words[H.ENABLED];
    const timeable = words[H.TIMEABLE];
    if (words[H.PROBE] !== 0) return this.goOnAlone(words[H.PROBE] - 1, enabled | timeable);
    if ((enabled | timeable) === 0) return this.fail(FAIL.BLOCKED);
    const candidates = enabled & ~words[H.HELD];
    const faults = words[H.FAULTS] === 0 ? 0 : this.nemesis.look();
    if (this.guided) return this.follow(enabled | timeable, candidates, faults, step);
    if (candidates !== enabled) words[H.HELD_BACK]++;
    if (candidates !== 0 && words[H.FORCED] !== 0) words[H.FORCED_FROM] = -1;
    const limit = words[H.STEP_LIMIT];
    if (step >= limit >>> 1) {
      if (step >= limit) return this.fail(FAIL.STEP_LIMIT);
      // The second half of a schedule that does not end is scheduled fairly.
      if (candidates !== 0) return this.pick(1 << nth(candidates, below(words, count(candidates))));
    }
    if (candidates === 0) return timeable !== 0 ? this.timeOut(timeable, faults) : this.pickHeld(enabled);
    const stubborn = words[H.STUBBORN] - 1;
    if (stubborn >= 0) {
      if ((candidates & (1 << stubborn)) !== 0 && words[H.STUBBORN_LEFT]-- > 0) return stubborn;
      words[H.STUBBORN] = 0;
    }
    return this.pick(candidates | faults);
  }

  /** The nemesis acts by a lane. False if no thread is left. */
  strike(lane: number): boolean {
    return this.nemesis.strike(lane);
  }

  /** The strategy's choice. It is asked even where there is none, so that it sees every step. */
  private pick(candidates: number): number {
    const next = this.strategy.pick(candidates);
    if (next >= 0 ? ((candidates >>> next) & 1) === 0 || next > 31 : next !== -1)
      return this.refuse(next, candidates);
    if (next < 0 && this.words[H.ABANDON] === ABANDON.NONE) this.words[H.ABANDON] = ABANDON.PRUNED;
    return next;
  }

  /** A thread whose loop is tried runs until it is known whether it ends. */
  private goOnAlone(thread: number, able: number): number {
    return (able & (1 << thread)) !== 0 ? thread : this.fail(FAIL.BLOCKED);
  }

  /** Nothing else can run: the wait that is due first times out. */
  private timeOut(timeable: number, faults: number): number {
    const words = this.words;
    words[H.TIMING_OUT] = dueFirst(words, this.layout, timeable);
    const next = this.pick(words[H.TIMING_OUT] | faults);
    words[H.TIMING_OUT] = 0;
    if (next >= 0 && !isLane(words, next) && !this.guided) this.saved(next);
    return next;
  }

  /**
   * All that can run spin without progress. Loops that were shown to be fruitless do not end: it is a livelock. Others
   * get some steps more, each thread in turn, in case they end by themselves. What a livelock then keeps of
   * the schedule ends where this began.
   */
  private pickHeld(enabled: number): number {
    const words = this.words;
    if (words[H.FORCED] === 0 || words[H.FORCED_FROM] < 0) words[H.FORCED_FROM] = words[H.STEP];
    const open = enabled & ~words[H.FRUITLESS];
    if (open === 0 || words[H.FORCED] >= words[H.FORCED_LIMIT]) {
      words[H.STEP] = words[H.FORCED_FROM];
      words[H.SPINNING] = enabled;
      return this.fail(FAIL.LIVELOCK);
    }
    const turn = Math.floor(words[H.FORCED]++ / FORCED_RUN);
    const above = open & ~((2 << (turn % words[H.THREADS])) - 1);
    const set = above !== 0 ? above : open;
    return this.pick(set & -set);
  }

  /** A replay may run held threads, as the recorded schedule did; where that ends, its verdict is due. */
  private follow(enabled: number, candidates: number, faults: number, step: number): number {
    const words = this.words;
    if (step >= words[H.STEP_LIMIT]) return this.fail(FAIL.STEP_LIMIT);
    if (step < words[H.GUIDE_LENGTH]) return this.pick(enabled | faults);
    const expected = words[H.EXPECT_FAIL];
    if (expected === FAIL.STEP_LIMIT) return this.fail(FAIL.STEP_LIMIT);
    if (candidates !== 0) return this.pick(candidates);
    return words[H.TIMEABLE] !== 0 ? this.timeOut(words[H.TIMEABLE], 0) : this.pickHeld(enabled);
  }
}
