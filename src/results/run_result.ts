import type { AllocatorParams } from '../mm/global_frame_allocator.ts';
import type { HistogramBucket } from '../platform/histogram.ts';
import type { LockFigures, StatisticsLevel } from '../sync/decorators/lock_figures.ts';
import type { Outcome, ResultHeader } from './header.ts';
import type { Violation } from './violation.ts';
import type { Warmup, WarmupResult } from './warmup.ts';

// The one model of a result: all that reports, comparisons and scripts see of a run. It is plain data, and its
// schema for other programs is schemas/result.schema.json; a test keeps the two together. Times are in the unit
// that the name ends with, sizes in bytes.

/** Changes with every change that an old reader would misread. */
export const RESULT_SCHEMA_VERSION = 1;

/** How a run ended. One that is `unproved` came to its end, but did not do what could prove anything. */
export type RunEnd = Exclude<Outcome, 'regression'>;

/** How much the oracle watches: nothing; who owns each frame; contents as well. */
export const ORACLE_LEVELS = ['off', 'ownership', 'full'] as const;
export type OracleLevel = (typeof ORACLE_LEVELS)[number];

export interface RunResult extends ResultHeader<'run', RunEnd> {
  /** False where a worker ended before its time: the figures are those up to then. */
  readonly complete: boolean;
  readonly configuration: Configuration;
  /** The arguments of the one command that runs this again: `reproduce`, as it was called first. */
  readonly rerun: readonly string[];
  /** Null where there was none. No figure below is of it, but those of the verdict. */
  readonly warmup: WarmupResult | null;
  readonly durations: Durations;
  readonly totals: Totals;
  /** By kind of operation, all workers together. */
  readonly operations: readonly OperationResult[];
  readonly workers: readonly WorkerResult[];
  readonly timeline: Timeline;
  readonly locks: readonly LockResult[];
  readonly allocator: AllocatorResult;
  readonly memory: MemoryResult;
  readonly verdict: Verdict;
  readonly overhead: Overhead;
}

/** Everything that was chosen, by the user or for them: enough to run it again. */
export interface Configuration {
  readonly workload: string;
  readonly workers: number;
  /** Null where the run is bounded by operations. */
  readonly durationMs: number | null;
  /** Operations per worker, at least, after the warm-up; null where the run is bounded by time. */
  readonly operations: number | null;
  /** What comes before that. */
  readonly warmup: Warmup;
  readonly seed: number;
  readonly memoryBytes: number;
  readonly map: string | null;
  readonly hotplugBytes: number;
  readonly allocator: string;
  readonly params: AllocatorParams;
  readonly lock: string;
  readonly stats: StatisticsLevel;
  readonly oracle: OracleLevel;
  readonly hangTimeoutMs: number;
  readonly injectDelay: { readonly lock: string; readonly ns: number } | null;
  /** More workers than cores: waits are as long as time slices then. */
  readonly oversubscribed: boolean;
}

export interface Durations {
  /** From the process's start to the call of `run`. */
  readonly processToRunMs: number;
  /** From the call of `run` to the first operation, of the warm-up where there is one. */
  readonly setupMs: number;
  /** From the first operation after the warm-up until the last worker had stopped stepping; 0 where there was none. */
  readonly measuredMs: number;
  /** CPU time of the process's threads meanwhile: less than workers x measured where they waited, or others ran. */
  readonly cpuMs: number;
  /** From then until all memory was given back, all threads had ended and everything was accounted for. */
  readonly teardownMs: number;
}

export interface Totals {
  /** Composite kinds, which are made of others, are not counted again. */
  readonly operations: number;
  readonly noMemory: number;
  readonly operationsPerSecond: number;
  /** What the rate would be without the lab's own work; null where that is not known. */
  readonly operationsPerSecondNet: number | null;
}

export interface LatencyResult {
  /** Operations that were timed. */
  readonly samples: number;
  readonly p50Ns: number;
  readonly p99Ns: number;
  readonly p999Ns: number;
  readonly maxNs: number;
  readonly meanNs: number;
  readonly histogram: readonly HistogramBucket[];
}

export interface OperationResult {
  readonly kind: string;
  /** Made of others, so not part of the totals. */
  readonly composite: boolean;
  readonly count: number;
  /** Of these, how many found no memory. */
  readonly noMemory: number;
  /** Null where none was timed. */
  readonly latency: LatencyResult | null;
}

export type WorkerState = 'finished' | 'stopped' | 'violation' | 'crashed' | 'hung';

export interface WorkerResult {
  readonly worker: number;
  readonly state: WorkerState;
  /** How it crashed or where it hung, where it did. */
  readonly message: string | null;
  /** Where in the code, where an error says so. */
  readonly stack: string | null;
  readonly operations: number;
  readonly noMemory: number;
  readonly operationsPerSecond: number;
  readonly byKind: readonly OperationResult[];
}

export interface Timeline {
  readonly intervalMs: number;
  readonly samples: readonly TimelineSample[];
}

export interface TimelineSample {
  /** Since the first operation after the warm-up. */
  readonly atMs: number;
  /** Since the sample before. */
  readonly operationsPerSecond: number;
  /** Of the acquisitions since the sample before, of all locks; null where they are not counted. */
  readonly contendedPercent: number | null;
  readonly framesInUse: number;
  /** Part of the free memory that is not in the largest free block, 0 to 1. */
  readonly fragmentation: number;
}

/** What is known of a lock, by CPU (which is the worker) and by call site, with what follows from the run. */
export interface LockResult extends LockFigures {
  /** Part of the measured time that it was held, in percent; an estimate where holds are sampled. */
  readonly utilisationPercent: number | null;
}

/** What the allocator looked like. */
export interface AllocatorResult {
  readonly name: string;
  readonly freeBytes: number;
  readonly largestFreeBlockBytes: number;
  readonly freeBlocksByOrder: readonly number[];
  readonly perCpu: readonly { readonly cacheBytes: number; readonly poolBytes: number }[];
  readonly fragmentation: number;
  /** Events since the warm-up or, without one, since boot, by name. */
  readonly counters: Readonly<Record<string, number>>;
  /** The same while the run was at its middle, since at its end all is free; null for runs too short. */
  readonly midRun: {
    readonly atMs: number;
    readonly freeBytes: number;
    readonly largestFreeBlockBytes: number;
    readonly freeBlocksByOrder: readonly number[];
    readonly perCpu: readonly { readonly cacheBytes: number; readonly poolBytes: number }[];
    readonly fragmentation: number;
  } | null;
}

/** The RAM as a whole, and as a picture. */
export interface MemoryResult {
  readonly frames: number;
  readonly managedFrames: number;
  /** Taken at the middle of the run, or at its end where it was too short. */
  readonly picture: MemoryPicture;
}

/** Every cell is one or more frames, in order of address. */
export interface MemoryPicture {
  readonly atMs: number;
  readonly framesPerCell: number;
  /**
   * Runs of equal cells: `[cells, state, cpu]`. States: `allocated` by that CPU, `cached` by it, in its `pool`;
   * `free-N` in the pool of all as a block of order N, `free` where its block is not known; `metadata`, `early`,
   * `kernel`, `reserved`, `withheld`, `hole`. The CPU is -1 where it is nobody's.
   */
  readonly runs: readonly (readonly [number, string, number])[];
}

export interface Verdict {
  /** What the oracle watched. */
  readonly oracle: OracleLevel;
  /** Those of the warm-up included, as in what follows. */
  readonly operationsChecked: number;
  readonly allocationsChecked: number;
  readonly deallocationsChecked: number;
  /** The same in frames: equal where everything came back, in whatever pieces. */
  readonly framesAllocated: number;
  readonly framesFreed: number;
  /** Each is a finding, too. */
  readonly violations: readonly Violation[];
  /** Null where `memoryReturned` is. */
  readonly leakedFrames: number | null;
  /** Null where a worker ended before its time, so that what it held stays held. */
  readonly memoryReturned: boolean | null;
  /** What the allocator's own audit and the frame map say against one another; null where not audited. */
  readonly auditProblems: readonly string[] | null;
  readonly hang: HangReport | null;
  /** What did not happen that a run must do to prove anything, each a sentence; empty where all of it did. */
  readonly unproved: readonly string[];
  /** Errors of threads that were doing nothing for the run any more, or of which nobody knows whose they were. */
  readonly strayErrors: readonly string[];
}

export interface HangReport {
  readonly workers: readonly { readonly worker: number; readonly stuckMs: number; readonly phase: string }[];
  readonly locks: readonly { readonly name: string; readonly owner: number; readonly heldMs: number }[];
  readonly message: string;
}

/** What the lab itself costs, measured in a worker after the run, with an allocator that does nothing. */
export interface Overhead {
  /** Counting and sampling one operation. */
  readonly recorderNs: number;
  /** What the oracle adds to one pair of allocating and freeing one frame. */
  readonly oracleNs: number;
  /** What statistics add to one uncontended pair of acquiring and releasing. */
  readonly statisticsNs: number;
  /** One uncontended `Atomics.compareExchange`: the unit in which runs of other days can be compared. */
  readonly casNs: number;
}
