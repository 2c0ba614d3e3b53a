import type { Machine } from '../../src/machine/machine.ts';
import type { Lock } from '../../src/sync/lock.ts';

/** What a row works on, separate in each thread. */
export interface RowContext {
  /** This thread's CPU of the machine. */
  readonly machine: Machine;
  /** A lock that all threads of the row share, and a word that it guards. */
  readonly lock: Lock;
  readonly guarded: Int32Array;
  readonly thread: number;
  readonly threads: number;
  /** Words of the row's own that all its threads share; zero at first. */
  readonly shared: Int32Array;
}

/** One thread's part of a row, running. */
export interface RowBody {
  /** Does that many operations. Every result is checked: a failed allocation throws. */
  run(operations: number): void;
  /** Gives everything back. */
  finish?(): void;
}

/** One kind of work that is measured: a line of the table. */
export interface BenchRow {
  readonly name: string;
  readonly description: string;
  /** The RAM that it needs, if `--memory` is less. */
  readonly memoryBytes?: number;
  /** The one allocator that it is for; any if not given. */
  readonly allocator?: string;
  /** The one number of threads that it is for; any if not given. */
  readonly threads?: number;
  start(context: RowContext): RowBody;
}

/** A row that does not end in sensible time says how far it came. */
export class TooSlow extends Error {}
