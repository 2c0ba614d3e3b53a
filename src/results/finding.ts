import type { SampleSummary } from '../platform/sample_statistics.ts';
import type { Violation } from './violation.ts';

// What was found, the same for a run's violation, a failing schedule and a regression. Plain data: it can be written,
// sent and shown. The schema for other programs is schemas/finding.schema.json.

/** Who is to blame: the code under test, what uses it (a scenario, a workload), or framelab. */
export type Blame = 'code' | 'scenario' | 'tool';

export interface Finding {
  /** What it is, by name: a verdict of the explorer, a symptom of a run, `crash`, `hang`, `unproved`, `regression`. */
  readonly verdict: string;
  readonly blames: Blame;
  /** One sentence or two for people. */
  readonly message: string;
  /** More lines: who waits for what, a stack. */
  readonly details: readonly string[];
  /** Why, by its name, if that is certain. */
  readonly cause: FoundCause | null;
  /** The thread or worker that met it, from 0; null if it is not a single one's. */
  readonly thread: number | null;
  /** Where in the source. */
  readonly places: readonly FoundPlace[];
  /** The evidence; null if the message says everything. */
  readonly evidence: Evidence | null;
}

export interface FoundCause {
  /** As in `lost update`. */
  readonly name: string;
  /** One sentence, without a full stop. */
  readonly sentence: string;
  /** Numbers of the steps that it is about, in order, from 0. */
  readonly steps: readonly number[];
  readonly threads: readonly number[];
  /** Names of places in memory. */
  readonly places: readonly string[];
}

/** A place in the source, and what happened there. */
export interface FoundPlace extends SourceLine {
  /** `thrown`: an error was thrown here; `cause`: a step of the cause; `last step`: where a thread stopped. */
  readonly role: 'thrown' | 'access' | 'cause' | 'last step';
  /** Null if unknown. */
  readonly thread: number | null;
}

export interface SourceLine {
  /** Relative to the working folder if it lies below it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Empty if it has no name. */
  readonly function: string;
}

export type Evidence = ScheduleEvidence | FrameEvidence | WorkerEvidence | FigureEvidence;

/** A schedule that fails. */
export interface ScheduleEvidence {
  readonly kind: 'schedule';
  /** What found it: a strategy's name, or `first` for the schedule that runs before any strategy. */
  readonly strategy: string;
  /** Its number among those of its job, from 1. */
  readonly schedule: number;
  readonly job: number;
  readonly seed: number;
  /** The last steps, at most `STEPS_KEPT_MAX`: all of them unless `stepCount` is larger. */
  readonly steps: readonly StepView[];
  readonly stepCount: number;
  /** Context switches, and how many of them were at a point where the thread before could have gone on. */
  readonly switches: number;
  readonly preemptions: number;
  /** 16 hexadecimal digits; equal for executions of the same events. */
  readonly eventHash: string;
  /** The replay file; null if none. */
  readonly recording: string | null;
  /** Why there is no replay file. */
  readonly notWritten?: string;
  /** Replays it. */
  readonly command: string;
}

/** Steps of a failing schedule that a finding holds at most; the replay file holds them all. */
export const STEPS_KEPT_MAX = 16_384;

export interface StepView {
  /** From 0. */
  readonly step: number;
  readonly thread: number;
  /** Name of the operation: `load`, `compareExchange`, ... */
  readonly operation: string;
  /** As source text: `compareExchange(lock[0], 0, 1) = 0`. */
  readonly text: string;
  /** The thread was switched to here: `preemption` if the one before could have gone on. */
  readonly switched: 'no' | 'switch' | 'preemption';
  /** Null if that was not recorded. */
  readonly place: SourceLine | null;
}

/** A broken promise of an allocator, a lock or a workload that a run saw. */
export interface FrameEvidence extends Omit<Violation, 'symptom' | 'message' | 'stack'> {
  readonly kind: 'frame';
  /** Runs it again. */
  readonly command: string;
}

/** Workers that crashed or hang. */
export interface WorkerEvidence {
  readonly kind: 'worker';
  readonly workers: readonly {
    readonly worker: number;
    readonly state: 'crashed' | 'hung';
    /** What it was doing, and for how long, if it hangs; otherwise null. */
    readonly phase: string | null;
    readonly stuckMs: number | null;
  }[];
  /** Locks that were held meanwhile. */
  readonly locks: readonly { readonly name: string; readonly owner: number; readonly heldMs: number }[];
  readonly command: string;
}

/** A figure that got worse. */
export interface FigureEvidence {
  readonly kind: 'figure';
  /** Where it was measured: a cell of a sweep, or a benchmark. */
  readonly of: string;
  readonly metric: string;
  readonly base: SampleSummary;
  readonly now: SampleSummary;
  /** Median of the new over the base's; null if the base's is 0. */
  readonly ratio: number | null;
}
