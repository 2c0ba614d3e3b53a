import type { AllocatorParams, AllocatorRemedy } from '../mm/global_frame_allocator.ts';
import type { HistogramBucket } from '../platform/histogram.ts';
import type { LockFigures, StatisticsLevel } from '../sync/decorators/lock_figures.ts';
import type { FaultResult, FrameRanges } from './fault_result.ts';
import type { Outcome, ResultHeader } from './header.ts';
import type { Mix } from './mix.ts';
import type { Violation } from './violation.ts';
import type { Warmup, WarmupResult } from './warmup.ts';

// The one model of a run's result: everything that reports, comparisons and scripts see. It is plain data, and its
// schema for other programs is schemas/result.schema.json; a test keeps the two together. Times are in the unit
// that the name ends with, sizes in bytes.

/** Changes with every change that an old reader would misread. */
export const RESULT_SCHEMA_VERSION = 1;

/** How a run ended. `unproved`: it ended, but did not do enough to prove anything. */
export type RunEnd = Exclude<Outcome, 'regression'>;

/** How much the oracle watches: nothing; who owns each frame; contents as well. */
export const ORACLE_LEVELS = ['off', 'ownership', 'full'] as const;
export type OracleLevel = (typeof ORACLE_LEVELS)[number];

export interface RunResult extends ResultHeader<'run', RunEnd> {
  /** False if a worker ended early: the figures are those up to then. */
  readonly complete: boolean;
  readonly configuration: Configuration;
  /** The arguments of the one command that runs this again: the older name of `reproduce`. */
  readonly rerun: readonly string[];
  /** Null in results of before it was kept. */
  readonly boot: BootResult | null;
  /** Null if there was none. Except for the verdict's, no figure below includes it. */
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
  /** What became of each injected fault, in the order in which they were asked for. */
  readonly faults: readonly FaultResult[];
  readonly overhead: Overhead;
}

/** Everything that was chosen, by the user or for them: enough to run it again. */
export interface Configuration {
  readonly workload: string;
  /** Parameters of the workload, as far as they were given. */
  readonly workloadParams: Readonly<Record<string, number>>;
  /** The sizes of blocks, if they were given. */
  readonly mix: Mix | null;
  readonly workers: number;
  /** Null if the run is bounded by operations. */
  readonly durationMs: number | null;
  /** Operations per worker, at least, after the warm-up; null if the run is bounded by time. */
  readonly operations: number | null;
  /** The warm-up before that. */
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
  /** The faults that were asked for, as text. */
  readonly faults: readonly string[];
  /** Whether the run recovers from the deaths that they cause. */
  readonly recover: boolean;
  /** More workers than cores: a wait can then last a whole time slice. */
  readonly oversubscribed: boolean;
}

/** The machine's boot, on one CPU, before any worker began. */
export interface BootResult {
  readonly durationMs: number;
  /** All locks of the machine; empty if nothing is counted. */
  readonly locks: readonly BootLock[];
}

export interface BootLock {
  readonly name: string;
  readonly kind: string;
  readonly acquisitions: number;
  /** Of these, how many had to wait. */
  readonly contended: number;
  /** How long it was held, in total and at most; null if nothing was timed. */
  readonly holdTotalNs: number | null;
  readonly holdMaxNs: number | null;
}

export interface Durations {
  /** From the process's start to the call of `run`. */
  readonly processToRunMs: number;
  /** From the call of `run` to the first operation, counting the warm-up's. */
  readonly setupMs: number;
  /** From the first operation after the warm-up until the last worker had stopped stepping; 0 if none. */
  readonly measuredMs: number;
  /** CPU time of the process's threads meanwhile: less than workers x measured if they waited, or others ran. */
  readonly cpuMs: number;
  /** From then until all memory was given back, all threads had ended and everything was accounted for. */
  readonly teardownMs: number;
}

export interface Totals {
  /** Composite kinds, which are made of others, are not counted again. */
  readonly operations: number;
  readonly noMemory: number;
  readonly operationsPerSecond: number;
  /** What the rate would be without the lab's own work; null if unknown. */
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
  /** Null if none was timed. */
  readonly latency: LatencyResult | null;
}

export type WorkerState = 'finished' | 'stopped' | 'violation' | 'crashed' | 'hung';

export interface WorkerResult {
  readonly worker: number;
  readonly state: WorkerState;
  /** How it crashed or where it hung, if it did. */
  readonly message: string | null;
  /** Where in the code, if an error says so. */
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
  /** Of the acquisitions since the sample before, of all locks; null if they are not counted. */
  readonly contendedPercent: number | null;
  readonly framesInUse: number;
  /** Share of the free memory outside the largest free block, 0 to 1. */
  readonly fragmentation: number;
}

/** What is known of a lock, by CPU (which is the worker) and by call site, with what follows from the run. */
export interface LockResult extends LockFigures {
  /** Share of the measured time in which it was held, in percent; an estimate if holds are sampled. */
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
  /** What the allocator itself says that helps on such a machine. */
  readonly remedies: readonly AllocatorRemedy[];
  /** The same at the middle of the run, since at its end all is free; null for runs that are too short. */
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
  /** The workload's point is to find no memory: that is no fault then. */
  readonly filledOnPurpose: boolean;
  /** Taken at the middle of the run, or at its end if it was too short. */
  readonly picture: MemoryPicture;
}

/** Every cell is one or more frames, in order of address. */
export interface MemoryPicture {
  readonly atMs: number;
  readonly framesPerCell: number;
  /**
   * Runs of equal cells: `[cells, state, cpu]`. States: `allocated` by that CPU, `cached` by it, in its `pool`;
   * `free-N` in the global pool as a block of order N, `free` if its block is not known; `metadata`, `early`,
   * `kernel`, `reserved`, `withheld`, `hole`. The CPU is -1 if there is none.
   */
  readonly runs: readonly (readonly [number, string, number])[];
}

export interface Verdict {
  /** What the oracle watched. */
  readonly oracle: OracleLevel;
  /** The warm-up included, as in what follows. */
  readonly operationsChecked: number;
  readonly allocationsChecked: number;
  readonly deallocationsChecked: number;
  /** The same in frames: equal if everything came back, in any pieces. */
  readonly framesAllocated: number;
  readonly framesFreed: number;
  /** Each is a finding, too. */
  readonly violations: readonly Violation[];
  /** Null if `memoryReturned` is. */
  readonly leakedFrames: number | null;
  /** Null if a worker ended early, since what it held stays held, and if `framesOut` has some. */
  readonly memoryReturned: boolean | null;
  /** Frames that dead workers had, or may have had, when all others have given back theirs. */
  readonly framesOut: FrameRanges;
  /** Contradictions between the allocator's own audit and the frame map; null if not audited. */
  readonly auditProblems: readonly string[] | null;
  readonly hang: HangReport | null;
  /** What a run must do to prove anything and this one did not, each a sentence; empty if it did everything. */
  readonly unproved: readonly string[];
  /** Errors of threads that no longer worked for the run, or of unknown threads. */
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
  /** One uncontended `Atomics.compareExchange`: the unit for comparing runs of different days. */
  readonly casNs: number;
}
