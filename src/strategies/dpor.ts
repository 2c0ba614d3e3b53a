import {
  type ControlContext,
  lowest,
  OUTCOME,
  type Strategy,
  type StrategyType,
  stay,
  type TakesEffect,
} from '../control/thread/strategy.ts';
import { ACTORS_MAX, FAULTS, laneOf, N, threadsSet } from '../control/words/fault.ts';
import { H, type Layout, R, T } from '../control/words/layout.ts';
import { KIND } from '../control/words/operation.ts';
import { threadOf } from '../control/words/record.ts';
import { mix } from '../control/words/word_random.ts';
import { pendingDependsOn, stepsDepend } from './dependence.ts';
import { pendingFaultDepends } from './fault_dependence.ts';
import { BEYOND, NODE, Path, pathWords } from './path.ts';

const SHARES_MAX = 65_536;

/** The frontier by default, by threads: with more of them there are more prefixes of a length. */
const FRONTIER = { few: 24, some: 16, many: 12 } as const;

/** Beside the words of every node, as sets of threads: which to try, and which need not be tried. */
const BACKTRACK = NODE.OWN;
const SLEEP = NODE.OWN + 1;

/**
 * Dynamic partial-order reduction with source sets and sleep sets: one execution for each class of
 * interleavings that differ only in the order of independent operations (Abdulla, Aronis, Jonsson, Sagonas:
 * "Optimal dynamic partial order reduction", POPL 2014, the algorithm there called Source-DPOR; after
 * Flanagan and Godefroid, POPL 2005). No two executions that run to their end are equivalent; some more may
 * be abandoned on the way because everything that could go on was asleep: those are counted apart.
 *
 * When an execution ends, the thread that ended it finds the races in the trace with vector clocks and adds to the
 * backtrack sets; the next schedule follows the nodes up to the deepest one with something left to do.
 *
 * A thread that spins without progress is not a candidate: it is as if blocked until one of the places that
 * it reads is written. So "complete" means: modulo fruitless iterations of spin loops.
 *
 * A search can be shared out. Before the frontier, a depth, every thread that is awake is tried, so that no race that is found
 * deeper asks for anything there: then the searches below different prefixes have nothing to do with one another, and the sleep
 * sets, which depend on the prefix alone, still keep equivalent executions apart. Each share runs all prefixes up to the frontier
 * and abandons those that belong to another share, by a hash. The shares' executions add up to those of one search.
 */
class Dpor implements Strategy {
  readonly random = false;
  private readonly words: Int32Array;
  private readonly layout: Layout;
  private readonly path: Path;
  private readonly takesEffect: TakesEffect;
  /** Scratch of the race analysis: a vector clock for each step, grown as needed. */
  private clocks: Int32Array;
  private readonly last: Int32Array;
  private readonly seen: Int32Array;
  /** Threads, and lanes of the nemesis where there are faults. */
  private readonly actors: number;
  private readonly shares: number;
  /** From 0. */
  private readonly share: number;
  private readonly frontierAsked: number;

  constructor(context: ControlContext, base: number) {
    this.words = context.words;
    this.layout = context.layout;
    this.path = new Path(context, base);
    this.takesEffect = context.takesEffect;
    this.actors = context.words[H.FAULTS] === 0 ? context.words[H.THREADS] : ACTORS_MAX;
    this.clocks = new Int32Array(1024 * this.actors);
    this.last = new Int32Array(this.actors);
    this.seen = new Int32Array(this.actors);
    const { share = 1, shares = 1, frontier = 0 } = context.params;
    this.shares = shares;
    this.share = share - 1;
    this.frontierAsked = frontier;
  }

  /** Steps that every share runs; 0 where there is one only. */
  private get frontier(): number {
    if (this.frontierAsked > 0 || this.shares === 1) return this.frontierAsked;
    const threads = this.words[H.THREADS];
    return threads <= 3 ? FRONTIER.few : threads <= 5 ? FRONTIER.some : FRONTIER.many;
  }

  /** Whether the prefix of so many steps belongs to this share. */
  private isMine(depth: number): boolean {
    if (this.shares === 1) return true;
    let hash = depth;
    for (let d = 0; d < depth; d++) hash = mix(hash ^ (this.words[this.path.node(d) + NODE.CHOSEN] + 1));
    return (hash >>> 0) % this.shares === this.share;
  }

  begin(): void {
    this.path.begin();
  }

  pick(candidates: number): number {
    const words = this.words;
    const next = this.path.follow(candidates);
    if (next !== BEYOND) return next;
    const depth = words[H.STEP];
    const node = this.path.node(depth);
    const timeout = words[H.TIMING_OUT] !== 0;
    const sleep = depth === 0 || timeout ? 0 : this.sleepAfter(depth - 1);
    words[node + SLEEP] = sleep;
    const awake = candidates & ~sleep;
    const { frontier } = this;
    if (awake === 0 || (depth === frontier && !this.isMine(depth))) {
      words[node + BACKTRACK] = 0;
      return -1;
    }
    const threads = awake & threadsSet(words);
    const faults = awake & ~threads;
    const thread = threads === 0 ? 0 : 1 << this.preferStart(threads);
    // All faults come first: what comes instead of them then has them asleep, up to a step that they depend on.
    const chosen = faults !== 0 ? lowest(faults) : lowest(thread);
    // Which wait times out where nothing else can run is no matter of dependence: all are tried. And nothing of before is
    // asleep after it, since it comes after all that the others could do.
    const all = depth < frontier && thread !== 0 && !this.isStart(lowest(thread));
    words[node + BACKTRACK] = timeout ? candidates : all ? awake : thread | faults;
    this.path.choose(depth, chosen);
    return chosen;
  }

  /** A thread's start touches nothing shared: all start first, so that pending operations are known early. */
  private preferStart(awake: number): number {
    for (let set = awake; set !== 0; set &= set - 1) {
      const thread = lowest(set);
      if (this.isStart(thread)) return thread;
    }
    return stay(this.words, awake);
  }

  private isStart(thread: number): boolean {
    return this.words[this.layout.threads + thread * T.WORDS + T.KIND] === KIND.START;
  }

  /** The sleep set after the step at `depth`: those of before, and those already explored, that it leaves be. */
  private sleepAfter(depth: number): number {
    const words = this.words;
    const node = this.path.node(depth);
    const chosen = 1 << words[node + NODE.CHOSEN];
    let sleep = 0;
    for (
      let set = (words[node + SLEEP] | words[node + NODE.DONE]) & ~chosen & this.able;
      set !== 0;
      set &= set - 1
    ) {
      const thread = lowest(set);
      if (!pendingDependsOn(words, this.layout, thread, depth, this.takesEffect)) sleep |= 1 << thread;
    }
    return sleep;
  }

  /** Threads that have not ended, and what the nemesis can do. */
  private get able(): number {
    const words = this.words;
    return words[H.ALIVE] | words[this.layout.faults + N.LANES];
  }

  end(outcome: number): boolean {
    const words = this.words;
    const steps = words[H.STEP];
    if (outcome === OUTCOME.COMPLETE && steps <= this.frontier && !this.isMine(steps)) {
      // Every share runs those that end before they are beyond the frontier; one counts them.
      words[H.EXECUTIONS]--;
      words[H.PRUNED]++;
    }
    const analysed = outcome === OUTCOME.TRUNCATED ? Math.min(steps, words[H.STEP_LIMIT] >>> 1) : steps;
    this.findRaces(analysed);
    for (let depth = analysed - 1; depth >= 0; depth--) {
      const node = this.path.node(depth);
      const open = words[node + BACKTRACK] & ~words[node + NODE.DONE] & ~words[node + SLEEP];
      if (open === 0) continue;
      const faults = open & ~threadsSet(words);
      this.path.turn(depth, lowest(faults !== 0 ? faults : open));
      return true;
    }
    return false;
  }

  /**
   * Finds every pair of dependent steps that no other step orders, and sees to it that the reversed order
   * will be explored.
   */
  private findRaces(steps: number): void {
    const words = this.words;
    const { trace } = this.layout;
    const { actors } = this;
    if (this.clocks.length < (steps + 1) * actors) this.clocks = new Int32Array((steps + 1) * actors * 2);
    const clocks = this.clocks;
    const last = this.last.fill(-1);
    for (let j = 0; j < steps; j++) {
      const r = trace + j * R.WORDS;
      const thread = threadOf(words[r]);
      const clock = j * actors;
      // A clock holds for each thread one more than the index of its latest step that happens before.
      const previous = last[thread];
      if (previous >= 0) clocks.copyWithin(clock, previous * actors, (previous + 1) * actors);
      else clocks.fill(0, clock, clock + actors);
      const by = words[r + R.BY];
      // What enabled this step cannot come after it. (If it also touches the same place, the search for
      // initials below finds out whether something else could have enabled it.)
      if (by >= 0 && !stepsDepend(words, this.layout, by, j)) this.join(clock, by);
      for (let i = j - 1; i >= 0; i--) {
        const other = threadOf(words[trace + i * R.WORDS]);
        if (other === thread || clocks[clock + other] > i) continue;
        if (!stepsDepend(words, this.layout, i, j)) continue;
        this.reverse(i, j, clock, thread);
        this.join(clock, i);
      }
      clocks[clock + thread] = j + 1;
      last[thread] = j;
    }
    for (let set = this.spared; set !== 0; set &= set - 1) this.findRacesOfSpared(lowest(set), steps);
  }

  /** The lanes of faults that did not happen in the schedule, as a set. */
  private get spared(): number {
    const { words, layout } = this;
    const base = layout.faults;
    let lanes = 0;
    if (words[H.FAULTS] === 0) return lanes;
    const taken = words[base + N.KILLED] | words[base + N.STOPPED];
    for (let fault = 0; fault < FAULTS; fault++) {
      if (words[base + N.LEFT + fault] === 0) continue;
      for (let thread = 0; thread < words[H.BEGINNERS]; thread++) {
        if ((words[base + N.VICTIMS] & ~taken & (1 << thread)) !== 0)
          lanes |= 1 << laneOf(words, layout, fault, thread);
      }
    }
    return lanes;
  }

  /** A fault that did not happen is one that came behind the end of its thread, where it does nothing: what of it, had it come before? */
  private findRacesOfSpared(lane: number, steps: number): void {
    const { words, layout, clocks, actors } = this;
    const clock = steps * actors;
    const previous = this.last[lane];
    if (previous >= 0) clocks.copyWithin(clock, previous * actors, (previous + 1) * actors);
    else clocks.fill(0, clock, clock + actors);
    for (let i = steps - 1; i >= 0; i--) {
      const r = layout.trace + i * R.WORDS;
      const other = threadOf(words[r]);
      if (other === lane || clocks[clock + other] > i) continue;
      if (!pendingFaultDepends(words, layout, lane, r)) continue;
      this.reverse(i, steps, clock, lane);
      this.join(clock, i);
    }
  }

  private join(clock: number, step: number): void {
    const { clocks, actors } = this;
    const from = step * actors;
    for (let t = 0; t < actors; t++) {
      if (clocks[from + t] > clocks[clock + t]) clocks[clock + t] = clocks[from + t];
    }
  }

  /**
   * Sees to it that step `j` is also run before `i`. Of the steps between that do not follow from `i`, then
   * `j`, the initials are the threads that can go first; one of them must be in the backtrack set.
   */
  private reverse(i: number, j: number, clockOfJ: number, threadOfJ: number): void {
    const words = this.words;
    const { trace } = this.layout;
    const { clocks, actors } = this;
    const threadOfI = threadOf(words[trace + i * R.WORDS]);
    const seen = this.seen.fill(0);
    let inSequence = 0;
    let initials = 0;
    for (let k = i + 1; k < j; k++) {
      if (clocks[k * actors + threadOfI] > i) continue;
      const thread = threadOf(words[trace + k * R.WORDS]);
      if ((inSequence & (1 << thread)) === 0) {
        if (!this.follows(k * actors, inSequence, seen)) initials |= 1 << thread;
        inSequence |= 1 << thread;
        seen[thread] = k + 1;
      }
    }
    if ((inSequence & (1 << threadOfJ)) === 0 && !this.follows(clockOfJ, inSequence, seen)) {
      initials |= 1 << threadOfJ;
    }
    const node = this.path.node(i);
    if ((initials & (words[node + BACKTRACK] | words[node + SLEEP])) !== 0) return;
    const possible = initials & words[node + NODE.CANDIDATES];
    if (possible === 0) return;
    const choice = (possible & (1 << threadOfJ)) !== 0 ? 1 << threadOfJ : possible & -possible;
    words[node + BACKTRACK] |= choice;
  }

  /** Does the step with this clock come after the first step of a thread of the sequence? */
  private follows(clock: number, inSequence: number, seen: Int32Array): boolean {
    for (let set = inSequence; set !== 0; set &= set - 1) {
      const thread = lowest(set);
      if (this.clocks[clock + thread] >= seen[thread]) return true;
    }
    return false;
  }
}

export const dpor: StrategyType = {
  name: 'dpor',
  description: 'every order of dependent operations once (source-DPOR with sleep sets)',
  systematic: true,
  params: {
    share: {
      description: 'which share of the search, where there are several',
      least: 1,
      most: SHARES_MAX,
      default: 1,
    },
    shares: { description: 'shares into which the search is cut', least: 1, most: SHARES_MAX, default: 1 },
    frontier: {
      description: 'steps that every share runs before it takes its part; 0: by the number of threads',
      least: 0,
      most: 1000,
      default: 0,
    },
  },
  words: (_threads, stepLimit) => pathWords(stepLimit),
  create: (context, base) => new Dpor(context, base),
};
