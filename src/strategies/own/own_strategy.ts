/**
 * What a user's strategy is, as a module exports it. Types only.
 *
 * Threads are numbers from 0. A set of threads is a bit mask: bit 2 set means that thread 2 is in it (`count`, `lowest` and
 * `nth` read one). With more than 31 threads there is no such number: 0 stands for all candidates, and `context.candidates`
 * names them.
 */
import type { StrategyParam } from '../../control/thread/strategy.ts';
import type { Step } from '../../control/words/trace.ts';
import type { StrategyName } from '../registry.ts';

/** How a schedule ended: all threads came to their end, it failed, it was abandoned by `pick`, or cut by a limit. */
export type OwnOutcome = 'complete' | 'failed' | 'abandoned' | 'cut';

/** A strategy at work: decides at every step who runs next. Each thread has an object of its own over the same `state`. */
export interface OwnStrategy {
  /**
   * Before the first decision of every schedule. The same schedule may begin twice, without an `end` between (a loop is
   * tried in the first); so that it then goes the same way, set here all that `pick` looks at.
   */
  begin?(): void;
  /**
   * The thread that runs next. `candidates` is the set of those that can run and make progress, never empty; with more than 31
   * threads it is 0, and `context.candidates` has them. -1 gives the
   * schedule up, as one that shows nothing new; not before its first step, and not 10,000 times in a row.
   */
  pick(candidates: number): number;
  /** After every schedule. False ends the exploration: there is nothing left to run. */
  end?(outcome: OwnOutcome): boolean | undefined;
  /**
   * Its decisions are random: then a thread that spins is now and then let spin on, and waits may time out early in one schedule
   * of eight (`timeouts`). Looked at after each `begin`. Default: as the member that began this schedule, if one did; else true
   * unless the strategy is `systematic`.
   */
  readonly random?: boolean;
}

/** What a module exports as `strategy`, or by default. */
export interface OwnStrategyType {
  readonly name: string;
  /** One line for lists. */
  readonly description?: string;
  /** It runs no schedule twice: several jobs at a time would all do the same, so there is one. Default false. */
  readonly systematic?: boolean;
  /** Whole numbers that can be given to it (`params`, `--param`), by name. */
  readonly params?: Readonly<Record<string, StrategyParam>>;
  /**
   * 32-bit words of state that it needs, at most 16,777,216. Called with the most threads and steps that there can be.
   * Default: none.
   */
  words?(threads: number, stepLimit: number): number;
  /** Built-in strategies that it is made of: `create` finds them as `context.members`, in this order. */
  readonly members?: readonly StrategyName[];
  /** Makes a thread's object. */
  create(context: StrategyContext): OwnStrategy;
}

/** The operation that a thread is about to do. */
export interface PendingOperation {
  /** As in `Atomics`: `load`, `compareExchange`, ...; `start`, `wake` (from a wait), `idle` (awaits something). */
  readonly operation: string;
  /** The number of the buffer in what `setup` returned; below 0 where it concerns no memory. */
  readonly buffer: number;
  /** Bytes. */
  readonly offset: number;
  readonly size: number;
  /** Operands, their lower 32 bits: what is stored or added; of `compareExchange` what is expected, and what is stored. */
  readonly a: number;
  readonly b: number;
}

/** What a user's strategy sees. It is the same object for as long as the strategy lives. */
export interface StrategyContext {
  /** Number of threads. */
  readonly threads: number;
  /**
   * The words that `words` asked for, shared by all threads: keep here, and nowhere else, what is to be known at the next step.
   * They are 0 when an exploration begins, and keep what they hold from one schedule to the next.
   */
  readonly state: Int32Array;
  /** Every parameter that the strategy declares, as given or by default. */
  readonly params: Readonly<Record<string, number>>;
  /**
   * Its `members`, made over words of their own. One of them has a whole schedule: call its `begin`, its `pick` at every step, and
   * its `end`.
   */
  readonly members: readonly Required<OwnStrategy>[];
  /** The random numbers of this schedule: the same for the same seed. `Math.random` draws from them, too. */
  readonly random: {
    /** A whole number from 0 to `bound` - 1. */
    below(bound: number): number;
  };
  /** Schedules before this one. */
  readonly schedule: number;
  /** Index of the step that is to be decided, from 0. */
  readonly step: number;
  /** The threads that can run and make progress at the step that is to be decided, in order. */
  readonly candidates: readonly number[];
  /** Who took the last step; -1 before the first. */
  readonly current: number;
  /** Steps of the longest schedule so far, slowly forgotten; 0 in the first. */
  readonly stepsSeen: number;
  /** What a thread is about to do, once it runs. */
  pending(thread: number): PendingOperation;
  /** The step just taken; undefined before the first. */
  last(): Step | undefined;
  /**
   * Does what a thread is about to do depend on the step just taken: does it matter which comes first? True for the thread that
   * took it.
   */
  dependsOnLast(thread: number): boolean;
  /** The current thread if it is among the candidates, else the lowest of them: no switch without need. */
  stay(candidates: number): number;
}
