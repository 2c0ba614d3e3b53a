import { type ActorSet, NARROW_MAX } from './actor_set.ts';
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

/**
 * The word in which a set has an actor. The first words of all sets lie side by side, then their second ones, and so on: where all
 * sets are narrow, a thread that gets the turn finds them in few cache lines.
 */
export function wordOf(set: number, actor: number): number {
  return H.SETS + set + (actor >>> 5) * SET.COUNT;
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
    this.alive = this.of(SET.ALIVE);
    this.enabled = this.of(SET.ENABLED);
    this.held = this.of(SET.HELD);
    this.started = this.of(SET.STARTED);
    this.fruitless = this.of(SET.FRUITLESS);
    this.spinning = this.of(SET.SPINNING);
    this.timeable = this.of(SET.TIMEABLE);
    this.timingOut = this.of(SET.TIMING_OUT);
    this.timedEarly = this.of(SET.TIMED_EARLY);
    this.acted = this.of(SET.ACTED);
    this.gone = this.of(SET.GONE);
    this.outsideWakes = this.of(SET.OUTSIDE_WAKES);
    this.outsideFeeds = this.of(SET.OUTSIDE_FEEDS);
    this.outsideWakesLasting = this.of(SET.OUTSIDE_WAKES_LASTING);
    this.outsideFeedsLasting = this.of(SET.OUTSIDE_FEEDS_LASTING);
    this.outsidePending = this.of(SET.OUTSIDE_PENDING);
    this.lanes = this.of(SET.LANES);
    this.killed = this.of(SET.KILLED);
    this.stopped = this.of(SET.STOPPED);
    this.stranded = this.of(SET.STRANDED);
    this.refused = this.of(SET.REFUSED);
    this.victims = this.of(SET.VICTIMS);
  }

  private of(set: number): ActorSet {
    return new this.kind(this.words, wordOf(set, 0), SET.COUNT);
  }

  /** The set whose words begin there, one behind the other. */
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
      if (!LASTING.includes(set) && !(goesOn && OF_RUN.includes(set))) this.of(set).clear();
  }
}

/** A thread could do its next step, and is not held at a loop. */
export function canGoOn({ enabled, held }: Sets, thread: number): boolean {
  return enabled.has(thread) && !held.has(thread);
}

/** A thread does nothing more in this schedule. */
export function leaves({ alive, enabled, held, timeable }: Sets, thread: number): void {
  alive.remove(thread);
  enabled.remove(thread);
  held.remove(thread);
  timeable.remove(thread);
}
