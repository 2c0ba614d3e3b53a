import type { MachineHandle } from '../../src/machine/machine.ts';
import { LINE_WORDS, struct } from '../../src/platform/struct.ts';
import type { LockStatisticsHandle } from '../../src/sync/decorators/lock_statistics.ts';

/** One measurement in each round, by all threads at once or by the first alone. */
export interface Phase {
  /** A row's name. */
  readonly row: string;
  readonly alone: boolean;
}

/** Words that the threads of a row share for the row's own use. */
export const SHARED_WORDS = 4096;

/** What each thread of a measurement gets. */
export interface RowJob {
  readonly machine: MachineHandle;
  readonly statistics: LockStatisticsHandle;
  /** What the row's threads share. */
  readonly shared: SharedArrayBuffer;
  /** The words of `CONTROL`. */
  readonly control: SharedArrayBuffer;
  readonly lockMemory: SharedArrayBuffer;
  readonly lock: string;
  readonly threads: number;
  readonly thread: number;
  readonly phases: readonly Phase[];
  readonly rounds: number;
  /** Samples of each phase in a round. */
  readonly samplesPerRound: number;
  readonly sampleMs: number;
  readonly warmUpMs: number;
  readonly warmUpMsMax: number;
}

/** What one thread measured, by phase. */
export interface RowReport {
  /** Nanoseconds of one operation, sample by sample; empty for a phase that others did alone. */
  readonly samplesNs: readonly (readonly number[])[];
  /** Bytes that one operation takes from the JavaScript heap; null if the collector ran in between. */
  readonly heapBytes: readonly (number | null)[];
  /** How far it came, if it did not end in sensible time: the rest is empty then. */
  readonly stopped: string | null;
}

/** Words that the threads share: barrier, the guarded word, operations per sample by phase, starts of samples. */
export const CONTROL = struct({
  barrier: LINE_WORDS,
  guarded: LINE_WORDS,
  operations: LINE_WORDS,
  started: LINE_WORDS,
});
