import { type ActorSet, NARROW_MAX, SET_WORDS } from './actor_set.ts';
import { H } from './layout.ts';
import { NarrowSet } from './narrow_set.ts';
import { WideSet } from './wide_set.ts';

/** Where the sets begin, in sets from `H.SETS` on. What they hold: see `Sets`. */
export const SET = {
  ALIVE: 0,
  ENABLED: 1,
  HELD: 2,
  STARTED: 3,
  FRUITLESS: 4,
  SPINNING: 5,
  TIMEABLE: 6,
  TIMED_EARLY: 7,
  TIMING_OUT: 8,
  ACTED: 9,
  GONE: 10,
  OUTSIDE_WAKES: 11,
  OUTSIDE_FEEDS: 12,
  OUTSIDE_WAKES_LASTING: 13,
  OUTSIDE_FEEDS_LASTING: 14,
  OUTSIDE_PENDING: 15,
  LANES: 16,
  KILLED: 17,
  STOPPED: 18,
  STRANDED: 19,
  REFUSED: 20,
  VICTIMS: 21,
  COUNT: 22,
} as const;

/** What outlasts runs; and what a run that goes on keeps. */
const LASTING: readonly number[] = [SET.OUTSIDE_WAKES_LASTING, SET.OUTSIDE_FEEDS_LASTING];
const OF_RUN: readonly number[] = [SET.ACTED, SET.KILLED, SET.STOPPED];

/** Where a set's words begin. */
export function setAt(set: number): number {
  return H.SETS + set * SET_WORDS;
}

/**
 * The sets of threads in the control words, and the only place where it is known of which kind they are. Who keeps one of them
 * keeps it for one run: at the next they may be others.
 */
export class Sets {
  /** Not ended; able to execute its pending operation; recognised as spinning without progress; started. */
  alive!: ActorSet;
  enabled!: ActorSet;
  held!: ActorSet;
  started!: ActorSet;
  /** Held threads whose loop was shown to be fruitless. */
  fruitless!: ActorSet;
  /** Of a livelock that was found: the threads that spin. */
  spinning!: ActorSet;
  /** Sleeping threads that may time out once nothing else can run, and those of them that may now. */
  timeable!: ActorSet;
  timingOut!: ActorSet;
  /** Threads whose wait timed out in this schedule although others could run. */
  timedEarly!: ActorSet;
  /** Threads that did an operation in some schedule. */
  acted!: ActorSet;
  /** Threads that ended in this schedule before their promise settled: Node.js ends a thread that has nothing to do. */
  gone!: ActorSet;
  /**
   * Threads that had to do with something outside the explorer's control (see `intercept/outside`): in this schedule, and ever
   * since they were loaded. Wakes: it may go on without the scenario's threads. Feeds: it may have changed what they saw.
   */
  outsideWakes!: ActorSet;
  outsideFeeds!: ActorSet;
  outsideWakesLasting!: ActorSet;
  outsideFeedsLasting!: ActorSet;
  /** Threads that wait for an event while something of the host's is open there, which may act by itself. */
  outsidePending!: ActorSet;
  /** What the nemesis could do at the decision under way: lanes. */
  lanes!: ActorSet;
  /** Threads that it killed and stopped in this schedule, and those of them whose workers have not left it yet. */
  killed!: ActorSet;
  stopped!: ActorSet;
  stranded!: ActorSet;
  /** The threads whose next request is to be refused. */
  refused!: ActorSet;
  /** The threads to which faults may happen. */
  victims!: ActorSet;

  private readonly words: Int32Array;
  private kind: typeof NarrowSet | typeof WideSet = WideSet;

  constructor(words: Int32Array) {
    this.words = words;
    this.take();
  }

  /** A run begins, with actors of numbers below this. */
  use(actors: number): void {
    this.kind = actors <= NARROW_MAX ? NarrowSet : WideSet;
    this.take();
  }

  private take(): void {
    const of = (set: number): ActorSet => this.at(setAt(set));
    this.alive = of(SET.ALIVE);
    this.enabled = of(SET.ENABLED);
    this.held = of(SET.HELD);
    this.started = of(SET.STARTED);
    this.fruitless = of(SET.FRUITLESS);
    this.spinning = of(SET.SPINNING);
    this.timeable = of(SET.TIMEABLE);
    this.timingOut = of(SET.TIMING_OUT);
    this.timedEarly = of(SET.TIMED_EARLY);
    this.acted = of(SET.ACTED);
    this.gone = of(SET.GONE);
    this.outsideWakes = of(SET.OUTSIDE_WAKES);
    this.outsideFeeds = of(SET.OUTSIDE_FEEDS);
    this.outsideWakesLasting = of(SET.OUTSIDE_WAKES_LASTING);
    this.outsideFeedsLasting = of(SET.OUTSIDE_FEEDS_LASTING);
    this.outsidePending = of(SET.OUTSIDE_PENDING);
    this.lanes = of(SET.LANES);
    this.killed = of(SET.KILLED);
    this.stopped = of(SET.STOPPED);
    this.stranded = of(SET.STRANDED);
    this.refused = of(SET.REFUSED);
    this.victims = of(SET.VICTIMS);
  }

  /** The set whose words begin there. */
  at(word: number): ActorSet {
    return new this.kind(this.words, word);
  }

  /** A set of this thread alone, which is empty. */
  own(): ActorSet {
    return new this.kind();
  }

  /**
   * Empties what one run leaves, so that nothing of it is in the next. What threads have met outside stays; and where the run goes on,
   * what they did, and what the schedule lost that is still to be closed.
   */
  forget(goesOn: boolean): void {
    for (let set = 0; set < SET.COUNT; set++)
      if (!LASTING.includes(set) && !(goesOn && OF_RUN.includes(set))) this.at(setAt(set)).clear();
  }
}

/** A thread does nothing more in this schedule. */
export function leaves({ alive, enabled, held, timeable }: Sets, thread: number): void {
  alive.remove(thread);
  enabled.remove(thread);
  held.remove(thread);
  timeable.remove(thread);
}
