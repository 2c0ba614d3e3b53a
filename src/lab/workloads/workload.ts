import type { Machine } from '../../machine/machine.ts';
import type { Random } from '../../platform/random.ts';
import type { Mix } from '../../results/mix.ts';
import type { Lock } from '../../sync/lock.ts';

/** What a workload does in one step; latencies are kept per kind. */
export type OperationKind = string;

/** What one worker's part of a workload works with. */
export interface WorkerContext {
  /** The machine as this worker's CPU sees it; another object after `attach`. */
  readonly machine: Machine;
  /** This worker's number, from 0; also its CPU. */
  readonly worker: number;
  readonly workers: number;
  /** The values of the workload's parameters, by name: given or by default. */
  readonly params: WorkloadParamValues;
  /** The sizes of blocks that the user asked for; null unless given, and for workloads without `mix`. */
  readonly mix: Mix | null;
  /**
   * This worker's own stream of random numbers from the run's seed. While the run warms up, it yields another stream:
   * draw from this object, not from a copy of its numbers.
   */
  readonly random: Random;
  /**
   * Memory that all workers of the run share and that starts as zeros: for handing live sets to one another.
   * As many words as the workload's `sharedWords` said.
   */
  readonly shared: Int32Array;
  /**
   * Runs `operation` as one counted, timed operation of that kind (an index into the workload's `operations`).
   * The runner decides whether this one is timed.
   */
  readonly recorder: OperationRecorder;
  /**
   * A lock of the workload's own, as this worker sees it: of the run's kind, with statistics and checks. Its call sites
   * (`acquire(site)`) are the workload's `operations`.
   */
  lock(name: string): Lock;
  /** Workers whose thread a fault has ended so far: what they had in hand is gone, which is no fault of the code. */
  readonly deaths: number;
  /**
   * Brings this worker's CPU online again after `machine.detach()`. Handles of the machine before are of no use any more:
   * pass them through as raw ones. Locks stay.
   *
   * @returns the new `machine`
   * @throws `CpuBusy` if the CPU is online
   */
  attach(): Machine;
}

/**
 * Counts operations and times a sample of them. Operations of different kinds may nest: what the workload calls
 * `composite` is made of others. An operation that throws is never ended.
 */
export interface OperationRecorder {
  /** Begins an operation of that kind: an index into the workload's `operations`. */
  begin(kind: number): void;
  /** Ends it. */
  end(kind: number): void;
  /** Ends it as one that found no memory: an ordinary result in workloads that run out of memory. */
  endNoMemory(kind: number): void;
}

/** One worker's part of a running workload. */
export interface WorkloadBody {
  /**
   * A small batch of operations, some microseconds long; the runner calls it until the run is over. It draws a
   * fixed number of random numbers for each operation, whatever the outcome, so that a worker's sequence of
   * intended operations is the same for a seed on every run.
   */
  step(): void;
  /** Gives back everything that this worker holds, also after a `step` that threw. */
  finish(): void;
}

/** A parameter of a workload: a whole number. */
export interface WorkloadParam {
  /** One line for lists: what it means, and its unit. */
  readonly description: string;
  readonly least: number;
  readonly most: number;
  readonly default: number;
}

export type WorkloadParamValues = Readonly<Record<string, number>>;

/** What a run has decided before it asks how much memory its workers share. */
export interface RunShape {
  readonly params: WorkloadParamValues;
  /** Frames of RAM, holes included. */
  readonly frames: number;
}

/** A way of using the allocator. */
export interface Workload {
  readonly name: string;
  /** One line for `framelab list`. */
  readonly description: string;
  /** The kinds of operations it counts, e.g. `['alloc', 'dealloc']`. */
  readonly operations: readonly OperationKind[];
  /** Kinds that are made of others, or of none: counted and timed like any, but not part of a total. */
  readonly composite?: readonly OperationKind[];
  /** Its parameters (`--workload-param`); none unless given. */
  readonly params?: Readonly<Record<string, WorkloadParam>>;
  /**
   * Given if the user may choose the sizes of its blocks (`--mix`): the most frames that one can have, and in words the
   * sizes that it allocates otherwise.
   */
  readonly mix?: { readonly framesMax: number; readonly usual: string };
  /** Names of locks of its own (`context.lock`); none unless given. */
  readonly locks?: readonly string[];
  /** The part of the machine's memory, from 0 to 1, to withhold at boot (`BootOptions.hotplug`). */
  readonly withhold?: number;
  /** `'off'` for a workload whose beginning is the point, so that a warm-up does not use it up. */
  readonly warmup?: 'off';
  /** True if it is meant to use all memory, so that finding none is no fault. */
  readonly fillsMemory?: true;
  /**
   * True if no worker ever hands a frame to another, so that a dead worker's frames are known and can be given back.
   * Without shared words it is so in any case.
   */
  readonly keepsFrames?: true;
  /** Words of memory that its workers share. */
  sharedWords(workers: number, shape: RunShape): number;
  /** Builds one worker's part. Called in the worker, after all have attached. */
  start(context: WorkerContext): WorkloadBody;
}
