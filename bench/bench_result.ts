import type { Environment } from '../src/lab/result.ts';
import type { Spread } from './statistics.ts';

// What a run of the benchmarks found, as plain data: what `--json` writes and `framelab compare` reads. Times
// are in nanoseconds or milliseconds as the names say; units are uncontended compare-exchanges.

/** Changes with every change that an old reader would misread. */
export const BENCH_SCHEMA_VERSION = 1;

export interface BenchResult {
  readonly schemaVersion: typeof BENCH_SCHEMA_VERSION;
  readonly kind: 'bench';
  readonly tool: { readonly name: 'framelab'; readonly version: string };
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly environment: Environment;
  readonly quick: boolean;
  readonly memoryBytes: number;
  /** One uncontended compare-exchange here: the median over all rows, null where none was measured. */
  readonly unitNs: number | null;
  readonly rows: readonly RowResult[];
  readonly scale: readonly ScaleResult[];
  readonly steps: readonly StepsResult[];
  readonly locks: readonly LockThroughput[];
  readonly overhead: readonly OverheadResult[];
  /** From the start of a process to the first operation of a run, by repetition; null where not measured. */
  readonly startupMs: Spread | null;
  /** A sentence for each target that is missed by more than the tolerance. Empty is success. */
  readonly missed: readonly string[];
}

/** A row of the table: one kind of work on one allocator by one or more threads. */
export interface RowResult {
  readonly row: string;
  readonly allocator: string;
  readonly lock: string;
  readonly threads: number;
  readonly statistics: string;
  /** Nanoseconds of an operation, of each thread, over the runs. */
  readonly ns: Spread;
  /** The same in units, each run by the unit that was measured in alternation with it. */
  readonly units: Spread;
  readonly unitNs: number;
  /** Bytes of the JavaScript heap that an operation takes; null where the collector ran meanwhile. */
  readonly heapBytes: number | null;
  readonly native: { readonly ns: number; readonly units: number } | null;
  /** `units.median` over the native figure: below 1 is faster. */
  readonly ratio: number | null;
  readonly target: { readonly units: number; readonly met: boolean } | null;
}

/** How far two threads come on two cores, beside a control that shares nothing. */
export interface ScaleResult {
  readonly row: string;
  readonly allocator: string;
  /** Throughput of two threads over that of one. */
  readonly speedup: Spread;
  readonly controlSpeedup: Spread;
  /** The one over the other, run by run: 1 is all that the machine can give. */
  readonly ofControl: Spread;
}

/** Counted steps of one operation, which must not depend on size. */
export interface StepsResult {
  readonly memoryBytes: number;
  readonly liveBlocks: number;
  readonly splits: number;
  readonly merges: number;
  /** Chunks looked up, linked or unlinked in free lists. */
  readonly listSteps: number;
  readonly lockTrips: number;
  readonly ns: number;
}

/** One lock that several threads want at once. */
export interface LockThroughput {
  readonly lock: string;
  readonly statistics: string;
  readonly threads: number;
  /** Acquisitions of all threads in a second. */
  readonly perSecond: Spread;
  /** The smallest thread's share over the largest's. */
  readonly fairness: number;
}

/** What the lab itself adds. */
export interface OverheadResult {
  readonly name: string;
  /** Of one operation without and with it. */
  readonly withoutNs: number;
  readonly withNs: number;
  readonly addedNs: Spread;
  /** Null where there is nothing without it to compare with. */
  readonly addedPercent: number | null;
  /** What is asked of it, in words, and whether it holds; null where nothing is asked. */
  readonly criterion: { readonly text: string; readonly met: boolean } | null;
}
