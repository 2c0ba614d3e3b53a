import {
  type ControlContext,
  OUTCOME,
  type Strategy,
  type StrategyType,
  stay,
  type TakesEffect,
} from '../control/thread/strategy.ts';
import { type ActorSet, SET_WORDS } from '../control/words/actor_set.ts';
import { actorsOf, FAULTS, keepLanes, keepThreads, laneOf, N } from '../control/words/fault.ts';
import { H, type Layout, R, T } from '../control/words/layout.ts';
import { KIND } from '../control/words/operation.ts';
import { threadOf } from '../control/words/record.ts';
import type { Sets } from '../control/words/sets.ts';
import { mix } from '../control/words/word_random.ts';
import { pendingDependsOn, stepsDepend } from './dependence.ts';
import { pendingFaultDepends } from './fault_dependence.ts';
import { BEYOND, NODE, Path, pathWords } from './path.ts';

const SHARES_MAX = 65_536;

/** The frontier by default, by threads: with more of them there are more prefixes of a length. */
const FRONTIER = { few: 24, some: 16, many: 12 } as const;

/** Beside the words of every node, as sets of actors: which to try, and which need not be tried. */
const BACKTRACK = NODE.OWN;
const SLEEP = NODE.OWN + SET_WORDS;

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
  private readonly sets: Sets;
  private readonly path: Path;
  private readonly takesEffect: TakesEffect;
  /** Scratch of the race analysis: a vector clock for each step, grown as needed. */
  private clocks: Int32Array;
  private readonly last: Int32Array;
  private readonly seen: Int32Array;
  private readonly ofBacktrack: ActorSet;
  private readonly ofSleep: ActorSet;
  /** Sets of a decision, and of one race. */
  private readonly awake: ActorSet;
  private readonly threads: ActorSet;
  private readonly open: ActorSet;
  private readonly inSequence: ActorSet;
  private readonly initials: ActorSet;
  /** Threads, and lanes of the nemesis where there are faults. */
  private readonly actors: number;
  private readonly shares: number;
  /** From 0. */
  private readonly share: number;
  private readonly frontierAsked: number;

  constructor(context: ControlContext, base: number) {
    this.words = context.words;
    this.layout = context.layout;
    this.sets = context.sets;
    this.ofBacktrack = context.sets.at(0);
    this.ofSleep = context.sets.at(0);
    this.awake = context.sets.own();
    this.threads = context.sets.own();
    this.open = context.sets.own();
    this.inSequence = context.sets.own();
    this.initials = context.sets.own();
    this.path = new Path(context, base);
    this.takesEffect = context.takesEffect;
    this.actors = actorsOf(context.words, context.layout);
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

  /** Who is to be tried at a node; the object is the same for all of them. */
  private backtrack(node: number): ActorSet {
    return this.ofBacktrack.moveTo(node + BACKTRACK);
  }

  /** Who need not be tried at a node; the object is the same for all of them. */
  private sleep(node: number): ActorSet {
    return this.ofSleep.moveTo(node + SLEEP);
  }

  pick(candidates: ActorSet): number {
    const words = this.words;
    const next = this.path.follow(candidates);
    if (next !== BEYOND) return next;
    const depth = words[H.STEP];
    const node = this.path.node(depth);
    const isTimeout = !this.sets.timingOut.isEmpty;
    const asleep = depth === 0 || isTimeout ? this.open.clear() : this.sleepAfter(depth - 1);
    this.sleep(node).copy(asleep);
    const awake = this.awake.copy(candidates).subtract(asleep);
    const { frontier } = this;
    const backtrack = this.backtrack(node);
    if (awake.isEmpty || (depth === frontier && !this.isMine(depth))) {
      backtrack.clear();
      return -1;
    }
    const threads = keepThreads(words, this.threads.copy(awake));
    const thread = threads.isEmpty ? -1 : this.preferStart(threads);
    const faults = keepLanes(words, this.open.copy(awake));
    // Which wait times out where nothing else can run is no matter of dependence: all are tried. And nothing of before is
    // asleep after it, since it comes after all that the others could do.
    if (isTimeout) backtrack.copy(candidates);
    else if (depth < frontier && thread >= 0 && !this.isStart(thread)) backtrack.copy(awake);
    else {
      backtrack.copy(faults);
      if (thread >= 0) backtrack.add(thread);
    }
    // All faults come first: what comes instead of them then has them asleep, up to a step that they depend on.
    const chosen = faults.isEmpty ? thread : faults.first();
    this.path.choose(depth, chosen);
    return chosen;
  }

  /** A thread's start touches nothing shared: all start first, so that pending operations are known early. */
  private preferStart(awake: ActorSet): number {
    for (let thread = awake.first(); thread >= 0; thread = awake.after(thread)) {
      if (this.isStart(thread)) return thread;
    }
    return stay(this.words, awake);
  }

  private isStart(thread: number): boolean {
    return this.words[this.layout.threads + thread * T.WORDS + T.KIND] === KIND.START;
  }

  /** The sleep set after the step at `depth`: those of before, and those already explored, that it leaves be. */
  private sleepAfter(depth: number): ActorSet {
    const { words, path, open: asleep } = this;
    const { alive, lanes } = this.sets;
    const node = path.node(depth);
    // Threads that have not ended, and what the nemesis can do.
    asleep.copy(alive);
    if (words[H.FAULTS] !== 0) asleep.unite(lanes);
    asleep.intersect(this.awake.copy(this.sleep(node)).unite(path.done(node)));
    asleep.remove(words[node + NODE.CHOSEN]);
    for (let actor = asleep.first(); actor >= 0; actor = asleep.after(actor)) {
      if (pendingDependsOn(words, this.layout, actor, depth, this.takesEffect)) asleep.remove(actor);
    }
    return asleep;
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
      const open = this.open
        .copy(this.backtrack(node))
        .subtract(this.path.done(node))
        .subtract(this.sleep(node));
      if (open.isEmpty) continue;
      const first = open.first();
      const fault = keepLanes(words, open).first();
      this.path.turn(depth, fault >= 0 ? fault : first);
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
    if (words[H.FAULTS] === 0) return;
    const spared = this.spared();
    for (let lane = spared.first(); lane >= 0; lane = spared.after(lane)) this.findRacesOfSpared(lane, steps);
  }

  /** The lanes of faults that did not happen in the schedule, as a set. */
  private spared(): ActorSet {
    const { words, layout } = this;
    const { victims, killed, stopped } = this.sets;
    const lanes = this.open.clear();
    for (let fault = 0; fault < FAULTS; fault++) {
      if (words[layout.faults + N.LEFT + fault] === 0) continue;
      for (let thread = 0; thread < words[H.BEGINNERS]; thread++) {
        const isTaken = killed.has(thread) || stopped.has(thread);
        if (victims.has(thread) && !isTaken) lanes.add(laneOf(words, layout, fault, thread));
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
    const inSequence = this.inSequence.clear();
    const initials = this.initials.clear();
    for (let k = i + 1; k < j; k++) {
      if (clocks[k * actors + threadOfI] > i) continue;
      const thread = threadOf(words[trace + k * R.WORDS]);
      if (!inSequence.has(thread)) {
        if (!this.follows(k * actors, inSequence, seen)) initials.add(thread);
        inSequence.add(thread);
        seen[thread] = k + 1;
      }
    }
    if (!inSequence.has(threadOfJ) && !this.follows(clockOfJ, inSequence, seen)) initials.add(threadOfJ);
    const node = this.path.node(i);
    const backtrack = this.backtrack(node);
    if (initials.meets(backtrack) || initials.meets(this.sleep(node))) return;
    const possible = initials.intersect(this.path.candidates(node));
    if (possible.isEmpty) return;
    backtrack.add(possible.has(threadOfJ) ? threadOfJ : possible.first());
  }

  /** Does the step with this clock come after the first step of a thread of the sequence? */
  private follows(clock: number, inSequence: ActorSet, seen: Int32Array): boolean {
    for (let thread = inSequence.first(); thread >= 0; thread = inSequence.after(thread)) {
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
