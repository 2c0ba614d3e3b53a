import type { ResultHeader } from './header.ts';

// The part of a benchmark's result that can be compared with another's: every figure with all its repetitions. The
// whole, with verdicts and tables, is bench/figures/bench_result.ts; its schema for other programs is
// schemas/bench.schema.json.

/** Changes with every change that an old reader would misread. */
export const BENCH_SCHEMA_VERSION = 2;

/** Its outcome is `regression` if a target is missed by more than the tolerance; figures up to an interruption have none. */
export interface BenchRows extends ResultHeader<'bench', 'passed' | 'regression' | 'interrupted'> {
  /** Made with `--quick`, which samples less: comparable only with its like. */
  readonly quick: boolean;
  /** RAM of each machine, except those that count steps. */
  readonly memoryBytes: number;
  readonly rows: readonly BenchRow[];
  readonly scale: readonly BenchScale[];
  readonly locks: readonly BenchLock[];
}

/** One kind of work on one allocator by one or more threads. */
export interface BenchRow {
  readonly row: string;
  /** `-` for a row that needs none. */
  readonly allocator: string;
  readonly lock: string;
  readonly threads: number;
  readonly statistics: string;
  /** Repetitions, each in fresh threads. */
  readonly runs: readonly BenchRun[];
}

export interface BenchRun {
  /** Nanoseconds of one operation, of each thread. */
  readonly ns: number;
  /** One uncontended compare-exchange, measured in alternation with it. */
  readonly unitNs: number;
}

/** How two threads scale, beside a control that shares nothing. */
export interface BenchScale {
  readonly row: string;
  readonly allocator: string;
  readonly runs: readonly BenchScaleRun[];
}

export interface BenchScaleRun {
  /** Throughput of two threads over that of one. */
  readonly speedup: number;
  readonly controlSpeedup: number;
}

/** One lock that several threads want at once. */
export interface BenchLock {
  readonly lock: string;
  readonly statistics: string;
  readonly threads: number;
  readonly runs: readonly BenchLockRun[];
}

export interface BenchLockRun {
  /** Acquisitions of all threads in a second. */
  readonly perSecond: number;
  /** One uncontended compare-exchange, measured just before. */
  readonly unitNs: number;
}
