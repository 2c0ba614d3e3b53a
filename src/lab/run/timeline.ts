import type { Machine } from '../../machine/machine.ts';
import type { AllocatorHealth } from '../../mm/global_frame_allocator.ts';
import { PAGE_SIZE } from '../../mm/page.ts';
import type { TimelineSample } from '../../results/run_result.ts';
import type { LockStatistics } from '../../sync/decorators/lock_statistics.ts';
import { racyHealth } from '../racy_health.ts';
import { sharedNowMs } from '../worker/worker_block.ts';
import type { Progress } from './progress.ts';

/** Twice what a short run needs, and too little to disturb the workers. */
export const SAMPLE_INTERVAL_MS = 50;
/** A long run keeps every second sample, then every fourth: a result stays of a readable size. */
const SAMPLES_MAX = 2400;
/** Each figure that grows with the memory may take up to this part of the main thread's time. */
const COSTLY_SHARE = 0.02;

/** Looks at a run at regular times. */
export class TimelineSampler {
  samples: TimelineSample[] = [];
  /** Between two samples that are kept. */
  intervalMs = SAMPLE_INTERVAL_MS;
  private readonly progress: Progress;
  private readonly statistics: LockStatistics | null;
  private lastMs: number;
  private lastOperations = 0;
  private lastAcquisitions = 0;
  private lastContended = 0;
  private nextKeptMs = 0;
  private readonly framesInUse: Affordable<number>;
  private readonly fragmentation: Affordable<number>;

  /**
   * @param early frames that the kernel itself allocated before: always in use, so left out
   * @param statistics null if acquisitions are not counted
   */
  constructor(
    machine: Machine,
    progress: Progress,
    { early, statistics, startMs }: { early: number; statistics: LockStatistics | null; startMs: number },
  ) {
    this.progress = progress;
    this.statistics = statistics;
    this.lastMs = startMs;
    this.framesInUse = new Affordable(() => Math.max(0, machine.frameMap.count('allocated') - early));
    this.fragmentation = new Affordable(() => fragmentationOf(racyHealth(machine)));
  }

  /** Takes a sample now. @param startMs when the first operation after the warm-up was, in shared milliseconds */
  sample(startMs: number): TimelineSample {
    const nowMs = sharedNowMs();
    const operations = this.progress.operations();
    const seconds = Math.max(nowMs - this.lastMs, 1e-3) / 1000;
    const sample: TimelineSample = {
      atMs: nowMs - startMs,
      operationsPerSecond: (operations - this.lastOperations) / seconds,
      contendedPercent: this.contendedPercent(),
      framesInUse: this.framesInUse.read(),
      fragmentation: this.fragmentation.read(),
    };
    this.lastMs = nowMs;
    this.lastOperations = operations;
    this.keep(sample);
    return sample;
  }

  private keep(sample: TimelineSample): void {
    // A tick that comes a little early is still this interval's.
    if (sample.atMs + SAMPLE_INTERVAL_MS / 2 < this.nextKeptMs) return;
    this.samples.push(sample);
    if (this.samples.length >= SAMPLES_MAX) {
      this.samples = this.samples.filter((_, i) => i % 2 === 0);
      this.intervalMs *= 2;
    }
    this.nextKeptMs = sample.atMs + this.intervalMs;
  }

  private contendedPercent(): number | null {
    if (this.statistics === null) return null;
    const { acquisitions, contended } = this.statistics.contention();
    const newAcquisitions = acquisitions - this.lastAcquisitions;
    const newContended = contended - this.lastContended;
    this.lastAcquisitions = acquisitions;
    this.lastContended = contended;
    return newAcquisitions > 0 ? Math.min(100, Math.max(0, (newContended / newAcquisitions) * 100)) : 0;
  }
}

/** A figure that may be slow to take: taken as often as its share of the time allows; in between, the last one. */
class Affordable<T> {
  private readonly take: () => T;
  private last: T;
  private nextMs = 0;

  constructor(take: () => T) {
    this.take = take;
    this.last = take();
  }

  read(): T {
    const startMs = performance.now();
    if (startMs >= this.nextMs) {
      this.last = this.take();
      const endMs = performance.now();
      this.nextMs = endMs + (endMs - startMs) / COSTLY_SHARE;
    }
    return this.last;
  }
}

/** Share of the free memory outside the largest free block, 0 to 1. */
export function fragmentationOf(health: AllocatorHealth | null): number {
  if (health === null || health.freeBytes < PAGE_SIZE) return 0;
  return Math.min(1, Math.max(0, 1 - health.largestFreeBlockBytes / health.freeBytes));
}
