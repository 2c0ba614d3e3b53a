import { nowNs } from '../../platform/clock.ts';
import { Jitter } from '../../platform/jitter.ts';
import type { OperationClock } from '../check/oracle.ts';
import type { OperationRecorder } from '../workloads/workload.ts';
import type { WorkerBlock } from './worker_block.ts';

/** Operations of a kind that are timed before its sampling is decided. */
const WINDOW = 16;
/** The largest interval between two timed operations of a kind. */
const INTERVAL_MAX = 64;
/** Cost of reading the clock twice; it may be 1 % of an operation, or 2 ns if that is more. */
const TIMING_NS = 120;

/**
 * Counts every operation and times some: of short ones one in 64, so that the clock costs 2 ns on average; of
 * long ones more, up to all of those over 12 us.
 *
 * Counts are plain stores into the worker's own block; the main thread reads them while they change.
 */
export class SamplingRecorder implements OperationRecorder, OperationClock {
  begun = 0;
  /** The first unknown kind that the workload counted; null if none. */
  unknownKind: string | null = null;
  private readonly counts: Float64Array;
  private readonly noMemory: Float64Array;
  private readonly block: WorkerBlock;
  /** By kind: operations until the next one that is timed. */
  private readonly until: Int32Array;
  /** By kind: the mean interval between timed ones. */
  private readonly interval: Int32Array;
  /** By kind: timed so far in this window, and the shortest of them. */
  private readonly timed: Int32Array;
  private readonly shortestNs: Float64Array;
  private readonly startNs: Float64Array;
  private readonly jitter: Jitter;
  /** The kind that began last: a violation names it. */
  private kind = -1;

  constructor(block: WorkerBlock, worker: number) {
    const kinds = block.counts.length;
    this.block = block;
    this.counts = block.counts;
    this.noMemory = block.noMemory;
    this.until = new Int32Array(kinds).fill(1);
    this.interval = new Int32Array(kinds).fill(1);
    this.timed = new Int32Array(kinds);
    this.shortestNs = new Float64Array(kinds).fill(Number.POSITIVE_INFINITY);
    this.startNs = new Float64Array(kinds);
    this.jitter = new Jitter(worker);
  }

  begin(kind: number): void {
    this.begun++;
    this.kind = kind;
    // Also false for an unknown kind, which has no number to count down.
    if (--this.until[kind] > 0) return;
    this.beginTimed(kind);
  }

  end(kind: number): void {
    if (this.until[kind] === 0) this.record(kind);
    this.counts[kind]++;
  }

  endNoMemory(kind: number): void {
    this.end(kind);
    this.noMemory[kind]++;
  }

  private beginTimed(kind: number): void {
    if (!(kind in this.until)) {
      this.unknownKind ??= String(kind);
      return;
    }
    // If the one before threw, it is below.
    this.until[kind] = 0;
    this.startNs[kind] = nowNs();
  }

  /** The kind of the current or last operation; -1 before the first. */
  get lastKind(): number {
    return this.kind;
  }

  private record(kind: number): void {
    const ns = nowNs() - this.startNs[kind];
    this.block.latencies[kind].record(ns);
    if (ns < this.shortestNs[kind]) this.shortestNs[kind] = ns;
    if (++this.timed[kind] === WINDOW) {
      // The shortest, since the first operations of a run are slow.
      const costNs = Math.max(2, this.shortestNs[kind] / 100);
      this.interval[kind] = Math.min(INTERVAL_MAX, Math.max(1, Math.round(TIMING_NS / costNs)));
      this.timed[kind] = 0;
      this.shortestNs[kind] = Number.POSITIVE_INFINITY;
    }
    this.until[kind] = this.jitter.interval(this.interval[kind]);
  }
}
