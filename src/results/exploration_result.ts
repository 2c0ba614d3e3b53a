import type { ResultHeader } from './header.ts';
import type { KnownReport } from './known_report.ts';

export const EXPLORATION_SCHEMA_VERSION = 1;

/**
 * How an exploration ended: nothing was found, a schedule fails, it proves nothing (no thread did any operation, or a
 * schedule could not be repeated), or it was interrupted before it found anything.
 */
export type ExplorationEnd = 'passed' | 'violation' | 'unproved' | 'interrupted';

/**
 * What an exploration did and found. The schema for other programs is schemas/exploration.schema.json. Its figures
 * cover all jobs, up to the failing schedule if there is one.
 */
export interface ExplorationResult extends ResultHeader<'exploration', ExplorationEnd>, ExplorationFigures {
  /** The scenario's file, relative to the working folder if it lies below it; with its query. */
  readonly scenario: string;
  /** All parameters of the strategy. */
  readonly params: Readonly<Record<string, number>>;
}

export const EXPLORATIONS_SCHEMA_VERSION = 1;

/** Explorations of several scenarios. Its findings are those of all of them. */
export interface ExplorationsResult extends ResultHeader<'explorations', ExplorationEnd> {
  /** Scenarios that could not be run, or were not run because the command was interrupted. */
  readonly notRun: readonly string[];
  readonly explorations: readonly ExplorationResult[];
}

/** The behaviours that schedules showed, up to the order of operations that do not depend on one another. */
export interface BehaviourFigures {
  /** Schedules that ran to their end. */
  readonly schedules: number;
  readonly distinct: number;
  /** Behaviours that one schedule showed. */
  readonly once: number;
  /**
   * How likely the next schedule shows a new behaviour, by Good and Turing: the share of schedules whose behaviour was seen once.
   * Null where every behaviour was seen again, or where the strategy never repeats one.
   */
  readonly chanceOfNew: number | null;
  /** Where every behaviour was seen again: the chance is below this, 3 in so many schedules (95 %). Else null. */
  readonly chanceBelow: number | null;
  /** More behaviours came than could be told apart: `distinct` is a lower bound, and no chance is known. */
  readonly more: boolean;
  /** Schedules, and behaviours seen by then; each point is a quarter further than the one before. Empty where several jobs searched. */
  readonly curve: readonly (readonly [schedules: number, distinct: number])[];
}

export interface ExplorationFigures {
  /** Faults that might happen to threads, most of each kind in a schedule; absent where there were none. */
  readonly faults?: Readonly<Record<string, number | undefined>>;
  /**
   * True if every interleaving of everything that the threads did to shared memory was run, and no data race was met but
   * those in `passedRaces`. Where plain reads and writes are not watched it is false, and `atomicsComplete` says what is
   * known.
   */
  readonly complete: boolean;
  /**
   * True if every order of the operations of `Atomics` was run, up to equivalence, and modulo iterations of loops that
   * were shown to be fruitless; with timeouts as `timeouts` says. False if anything but plain accesses was out of
   * sight.
   */
  readonly atomicsComplete: boolean;
  /** What shares memory or acts without being seen: it may hide a failure. */
  readonly unwatched: readonly string[];
  /** Data races that are intended, with their reason, or that the search went past to see what they do. */
  readonly passedRaces: readonly string[];
  /** Places that were seen to change without an operation of `Atomics`; some of them. */
  readonly plainWrites: readonly string[];
  /** What else to know: why not all was run, what a timeout hides, what is not checked. */
  readonly remarks: readonly string[];
  /** Executions that ran to their end; those abandoned as redundant are `pruned`. */
  readonly executions: number;
  readonly pruned: number;
  readonly steps: number;
  readonly switches: number;
  readonly seconds: number;
  /** Its name; for a strategy of your own, its module as given. */
  readonly strategy: string;
  readonly seed: number;
  readonly threads: number;
  /** When waits with a timeout timed out. */
  readonly timeouts: 'any' | 'last' | 'never' | 'mixed';
  /** The behaviours that the schedules showed; undefined if they were not counted. */
  readonly behaviours?: BehaviourFigures;
  /** Which known findings of the scenario were met; undefined if none is known. */
  readonly known?: KnownReport;
}
