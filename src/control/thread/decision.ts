import { Nemesis } from '../nemesis/nemesis.ts';
import type { ActorSet } from '../words/actor_set.ts';
import { isLane } from '../words/fault.ts';
import { ABANDON, FAIL, H, type Layout } from '../words/layout.ts';
import type { Sets } from '../words/sets.ts';
import { below } from '../words/word_random.ts';
import type { Strategy } from './strategy.ts';
import { dueFirst } from './waiters.ts';

/** Steps that a held thread is given at a time when all are held; fewer where there are too many of them. */
export const FORCED_RUN = 32;

/**
 * Who runs next: the strategy's choice among those that can run and make progress, except where there is none,
 * or where a schedule has become so long that only fair scheduling gives a just verdict.
 */
export class Decision {
  private readonly words: Int32Array;
  private readonly layout: Layout;
  private readonly sets: Sets;
  private readonly strategy: Strategy;
  private readonly nemesis: Nemesis;
  private readonly guided: boolean;
  private readonly fail: (kind: number) => number;
  private readonly saved: (thread: number) => void;
  private readonly refuse: (thread: number, candidates: ActorSet) => number;
  /** Those among whom it is decided. */
  private readonly candidates: ActorSet;

  /**
   * `fail` notes a failure, abandons the schedule and returns -1; `saved` hears of timeouts without which
   * nothing went on; `refuse` of a choice that was none of the candidates, and returns as `fail` does.
   */
  constructor(
    words: Int32Array,
    layout: Layout,
    sets: Sets,
    strategy: Strategy,
    guided: boolean,
    fail: (kind: number) => number,
    saved: (thread: number) => void,
    refuse: (thread: number, candidates: ActorSet) => number,
  ) {
    this.words = words;
    this.layout = layout;
    this.sets = sets;
    this.candidates = sets.own();
    this.strategy = strategy;
    this.nemesis = new Nemesis(words, layout, sets);
    this.guided = guided;
    this.fail = fail;
    this.saved = saved;
    this.refuse = refuse;
  }

  /** Who acts next, a thread or a lane of the nemesis; -1 if the schedule is now being abandoned. */
  next(): number {
    const { words, candidates } = this;
    const { enabled, held, timeable } = this.sets;
    const step = words[H.STEP];
    if (words[H.PROBE] !== 0) return this.goOnAlone(words[H.PROBE] - 1);
    const isSomeHeld = candidates.copyBut(enabled, held);
    const isNone = candidates.isEmpty;
    if (isNone && enabled.isEmpty && timeable.isEmpty) return this.fail(FAIL.BLOCKED);
    if (words[H.FAULTS] !== 0) this.nemesis.look();
    if (this.guided) return this.follow(step);
    if (isSomeHeld) words[H.HELD_BACK]++;
    if (!isNone && words[H.FORCED] !== 0) words[H.FORCED_FROM] = -1;
    const limit = words[H.STEP_LIMIT];
    if (step >= limit >>> 1) {
      if (step >= limit) return this.fail(FAIL.STEP_LIMIT);
      // The second half of a schedule that does not end is scheduled fairly.
      if (!isNone) return this.pick(candidates.only(candidates.nth(below(words, candidates.size))));
    }
    if (isNone) return timeable.isEmpty ? this.pickHeld() : this.timeOut(true);
    const stubborn = words[H.STUBBORN] - 1;
    if (stubborn >= 0) {
      if (candidates.has(stubborn) && words[H.STUBBORN_LEFT]-- > 0) return stubborn;
      words[H.STUBBORN] = 0;
    }
    return this.pick(this.withFaults(candidates));
  }

  /** With what the nemesis could do now. */
  private withFaults(actors: ActorSet): ActorSet {
    return this.words[H.FAULTS] === 0 ? actors : actors.unite(this.sets.lanes);
  }

  /** The nemesis acts by a lane. False if no thread is left. */
  strike(lane: number): boolean {
    return this.nemesis.strike(lane);
  }

  /** The strategy's choice. It is asked even where there is none, so that it sees every step. */
  private pick(candidates: ActorSet): number {
    const next = this.strategy.pick(candidates);
    if (next >= 0 ? !candidates.has(next) : next !== -1) return this.refuse(next, candidates);
    if (next < 0 && this.words[H.ABANDON] === ABANDON.NONE) this.words[H.ABANDON] = ABANDON.PRUNED;
    return next;
  }

  /** A thread whose loop is tried runs until it is known whether it ends. */
  private goOnAlone(thread: number): number {
    const { enabled, timeable } = this.sets;
    return enabled.has(thread) || timeable.has(thread) ? thread : this.fail(FAIL.BLOCKED);
  }

  /** Nothing else can run: the wait that is due first times out. */
  private timeOut(mayFault: boolean): number {
    const { words, sets, candidates } = this;
    dueFirst(words, this.layout, sets.timeable, sets.timingOut);
    candidates.copy(sets.timingOut);
    const next = this.pick(mayFault ? this.withFaults(candidates) : candidates);
    sets.timingOut.clear();
    if (next >= 0 && !isLane(words, next) && !this.guided) this.saved(next);
    return next;
  }

  /**
   * All that can run spin without progress. Loops that were shown to be fruitless do not end: it is a livelock. Others
   * get some steps more, each thread in turn, in case they end by themselves. What a livelock then keeps of
   * the schedule ends where this began.
   */
  private pickHeld(): number {
    const { words, candidates } = this;
    const { enabled, fruitless, spinning } = this.sets;
    if (words[H.FORCED] === 0 || words[H.FORCED_FROM] < 0) words[H.FORCED_FROM] = words[H.STEP];
    const open = candidates.copy(enabled).subtract(fruitless);
    if (open.isEmpty || words[H.FORCED] >= words[H.FORCED_LIMIT]) {
      words[H.STEP] = words[H.FORCED_FROM];
      spinning.copy(enabled);
      return this.fail(FAIL.LIVELOCK);
    }
    // Each has a turn before it is over.
    const run = Math.max(1, Math.min(FORCED_RUN, Math.floor(words[H.FORCED_LIMIT] / words[H.THREADS])));
    const turn = Math.floor(words[H.FORCED]++ / run);
    const next = open.after(turn % words[H.THREADS]);
    return this.pick(open.only(next >= 0 ? next : open.first()));
  }

  /** A replay may run held threads, as the recorded schedule did; where that ends, its verdict is due. */
  private follow(step: number): number {
    const { words, sets, candidates } = this;
    if (step >= words[H.STEP_LIMIT]) return this.fail(FAIL.STEP_LIMIT);
    if (step < words[H.GUIDE_LENGTH])
      return this.pick(this.withFaults(candidates.copy(sets.enabled).unite(sets.timeable)));
    const expected = words[H.EXPECT_FAIL];
    if (expected === FAIL.STEP_LIMIT) return this.fail(FAIL.STEP_LIMIT);
    if (!candidates.isEmpty) return this.pick(candidates);
    return sets.timeable.isEmpty ? this.pickHeld() : this.timeOut(false);
  }
}
