/**
 * The sets of threads in the control words.
 *
 * This file is part of the worker's import graph: it must import nothing but the layout and what a set is.
 */
import { ActorSet } from './actor_set.ts';
import { SET, setAt } from './layout.ts';

export class Sets {
  /** Not ended; able to execute its pending operation; recognised as spinning without progress; started. */
  readonly alive: ActorSet;
  readonly enabled: ActorSet;
  readonly held: ActorSet;
  readonly started: ActorSet;
  /** Held threads whose loop was shown to be fruitless. */
  readonly fruitless: ActorSet;
  /** Of a livelock that was found: the threads that spin. */
  readonly spinning: ActorSet;
  /** Sleeping threads that may time out once nothing else can run, and those of them that may now. */
  readonly timeable: ActorSet;
  readonly timingOut: ActorSet;
  /** Threads whose wait timed out in this schedule although others could run. */
  readonly timedEarly: ActorSet;
  /** Threads that did an operation in some schedule. */
  readonly acted: ActorSet;
  /** Threads that ended in this schedule before their promise settled: Node.js ends a thread that has nothing to do. */
  readonly gone: ActorSet;
  /**
   * Threads that had to do with something outside the explorer's control (see `intercept/outside`): in this schedule, and ever
   * since they were loaded. Wakes: it may go on without the scenario's threads. Feeds: it may have changed what they saw.
   */
  readonly outsideWakes: ActorSet;
  readonly outsideFeeds: ActorSet;
  readonly outsideWakesLasting: ActorSet;
  readonly outsideFeedsLasting: ActorSet;
  /** Threads that wait for an event while something of the host's is open there, which may act by itself. */
  readonly outsidePending: ActorSet;
  /** What the nemesis could do at the decision under way: lanes. */
  readonly lanes: ActorSet;
  /** Threads that it killed and stopped in this schedule, and those of them whose workers have not left it yet. */
  readonly killed: ActorSet;
  readonly stopped: ActorSet;
  readonly stranded: ActorSet;
  /** The threads whose next request is to be refused. */
  readonly refused: ActorSet;
  /** The threads to which faults may happen. */
  readonly victims: ActorSet;

  constructor(words: Int32Array) {
    const of = (set: number): ActorSet => new ActorSet(words, setAt(set));
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
}

/** A thread does nothing more in this schedule. */
export function leaves({ alive, enabled, held, timeable }: Sets, thread: number): void {
  alive.remove(thread);
  enabled.remove(thread);
  held.remove(thread);
  timeable.remove(thread);
}
