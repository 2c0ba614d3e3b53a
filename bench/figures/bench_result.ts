import type { BenchLock, BenchRow, BenchRows, BenchScale } from '../../src/results/bench_rows.ts';
import type { Criterion } from './criterion.ts';
import type { Spread } from './statistics.ts';

// What a run of the benchmarks found, as plain data: what `--json` writes and `framelab compare` reads. Times
// are in nanoseconds or milliseconds as the names say; units are uncontended compare-exchanges.

export interface BenchResult extends BenchRows {
  readonly durationMs: number;
  /** One uncontended compare-exchange here: the median over all rows, null if none was measured. */
  readonly unitNs: number | null;
  readonly rows: readonly RowResult[];
  readonly scale: readonly ScaleResult[];
  readonly steps: readonly StepsResult[];
  readonly locks: readonly LockThroughput[];
  readonly overhead: readonly OverheadResult[];
  /** From the start of a process to the first operation of a run; null if not measured. */
  readonly startup: { readonly runsMs: readonly number[] } | null;
  /** Cores that other processes took while each part was measured, on average. */
  readonly othersCores: Readonly<Record<string, number>>;
  /** The targets of the figures above, and whether they are met. */
  readonly criteria: readonly Criterion[];
  /** What was left out since time was up. */
  readonly leftOut: readonly string[];
  /** Rows that did not end in sensible time, and how far they came. */
  readonly stopped: readonly string[];
}

/** A row of the table: one kind of work on one allocator by one or more threads. */
export interface RowResult extends BenchRow {
  /** Nanoseconds of an operation, of each thread, over the runs. */
  readonly ns: Spread;
  /** The same in units, each run by the unit that was measured in alternation with it. */
  readonly units: Spread;
  readonly unitNs: number;
  /** Bytes of the JavaScript heap that an operation takes; null if the collector ran meanwhile. */
  readonly heapBytes: number | null;
  readonly native: { readonly ns: number; readonly units: number } | null;
  /** `units.median` over the native figure: below 1 is faster. */
  readonly ratio: number | null;
  /** The target in units, and whether the median meets it. */
  readonly target: { readonly units: number; readonly met: boolean } | null;
}

/** How two threads scale on two cores, beside a control that shares nothing. */
export interface ScaleResult extends BenchScale {
  /** Throughput of two threads over that of one. */
  readonly speedup: Spread;
  readonly controlSpeedup: Spread;
  /** Scaling over that of the control, run by run: 1 is the most that the machine allows. */
  readonly ofControl: Spread;
}

/** Counted steps of one operation, which must not depend on size. */
export interface StepsResult {
  readonly memoryBytes: number;
  readonly liveBlocks: number;
  /** One boot in a thread that has just started, as a program's first is. */
  readonly bootMs: number;
  readonly splits: number;
  readonly merges: number;
  /** Chunks looked up, linked or unlinked in free lists. */
  readonly listSteps: number;
  readonly lockTrips: number;
  /** Of one operation: the lower quartile of slices of the run. */
  readonly ns: number;
}

/** One lock that several threads want at once. */
export interface LockThroughput extends BenchLock {
  /** Acquisitions of all threads in a second. */
  readonly perSecond: Spread;
  /** The smallest thread's share divided by the largest's. */
  readonly fairness: number;
}

/** What the lab itself adds. */
export interface OverheadResult {
  readonly name: string;
  /** Of one operation without and with it. */
  readonly withoutNs: number;
  readonly withNs: number;
  /** Over the runs, or with `interval` if there is one. */
  readonly addedNs: Spread;
  /** Null if there is no run without it to compare with. */
  readonly addedPercent: number | null;
  /** 95 % of it, if many time slices alternated with and without it; null if there were few runs. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** The target of `addedPercent`; null if none. */
  readonly percentMax: number | null;
}
