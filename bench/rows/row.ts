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
  start(context: RowContext): RowBody;
}
