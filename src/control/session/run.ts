/** A run of schedules, as it is asked for and as it ended. Types only. */
import type { LocalFailure } from '../notes/local_failure.ts';
import type { NotedLines } from '../notes/notes.ts';
import type { OutsideUse } from '../notes/outside_use.ts';
import type { TimeoutName } from '../words/layout.ts';
import type { Stall } from './stall.ts';

export interface RunRequest {
  /** By name, or the user's by its URL, with its parameters; those that are not given are as by default. */
  readonly strategy: string;
  readonly params?: Readonly<Record<string, number>>;
  /** When timed waits time out. Default `any`. */
  readonly timeouts?: TimeoutName;
  readonly schedules: number;
  /** Of its schedules alone: what the scenario itself draws depends on the session's. By default that one. */
  readonly seed?: number;
  /** Decisions to follow, one thread a step, for `guided`; thread and number of steps in turn for `segments`. */
  readonly guide?: readonly number[];
  /** Choices among events to make, as `eventsOf()` gives them; by default those of the session, or the strategy's own. */
  readonly events?: readonly number[];
  /** The failure that is due where the guide ends. */
  readonly expected?: number;
  readonly describe?: boolean;
  readonly print?: boolean;
  /** Stops the run after the schedule that is under way. */
  readonly signal?: AbortSignal;
  /** Start from nothing: forget what a systematic search has explored. Default true. */
  readonly fresh?: boolean;
  /** Go on with the run before, whose last schedule failed: its schedules count, and come to no schedule twice. Default false. */
  readonly goOn?: boolean;
}

/** How the threads' part of a run ended. */
export interface RunOutcome {
  readonly reason: 'limit' | 'exhausted' | 'failed' | 'requested' | 'hung' | 'died';
  /** One of `FAIL`. */
  readonly failure: number;
  readonly failureThread: number;
  readonly failureStep: number;
  readonly local: LocalFailure | undefined;
  /** Why the reason is `hung`. */
  readonly stall: Stall | undefined;
  /** All threads had ended. */
  readonly ended: boolean;
  /** The stack of each step, and what is worth saying of some: only of a run that was described. */
  readonly sites: ReadonlyMap<number, string>;
  readonly texts: ReadonlyMap<number, string>;
  readonly noted: NotedLines;
  /** What observers reported, one of each thread, by their names. */
  readonly observed: ReadonlyMap<string, readonly unknown[]>;
  /** What the threads met outside the explorer's control, in this session. */
  readonly outside: readonly OutsideUse[];
  readonly executions: number;
  readonly pruned: number;
  /** Schedules begun, those that were abandoned included: the number, from 1, of the one that failed. */
  readonly schedule: number;
}
