import { formatCount, formatPercent, formatRate } from '../report/figures/format.ts';
import type { TimelineSample } from '../results/run_result.ts';
import type { Io } from './io.ts';

/** A terminal's line is rewritten this often; elsewhere a line is added this often. */
const REWRITE_MS = 200;
const TICK_MS = 1000;

/** Shows the progress of one run. */
export class RunProgress {
  private readonly io: Pick<Io, 'live' | 'rewrites'>;
  private nextMs = 0;
  private nextWarmupMs = 0;
  private sumRate = 0;
  private samples = 0;

  constructor(io: Pick<Io, 'live' | 'rewrites'>) {
    this.io = io;
  }

  show(sample: TimelineSample, remainingMs: number | null): void {
    this.sumRate += sample.operationsPerSecond;
    this.samples++;
    if (sample.atMs < this.nextMs) return;
    // The first sample comes too early for a rate.
    const isFirst = this.nextMs === 0;
    this.nextMs = sample.atMs + this.pauseMs();
    const text = [
      `${(sample.atMs / 1000).toFixed(1)} s`,
      `${formatRate(this.sumRate / this.samples)} operations/s`,
      sample.contendedPercent === null ? null : `${formatPercent(sample.contendedPercent)} contended`,
      `${formatCount(sample.framesInUse)} frames in use`,
      remainingMs === null ? null : `${(remainingMs / 1000).toFixed(1)} s left`,
    ]
      .filter((part) => part !== null)
      .join('  ');
    this.sumRate = 0;
    this.samples = 0;
    if (this.io.rewrites || !isFirst) this.io.live(text);
  }

  /** While the run warms up. @param atMs since that began */
  showWarmup({ atMs, operations }: { readonly atMs: number; readonly operations: number }): void {
    if (atMs < this.nextWarmupMs) return;
    this.nextWarmupMs = atMs + this.pauseMs();
    if (this.io.rewrites || atMs >= TICK_MS) {
      this.io.live(`warming up  ${(atMs / 1000).toFixed(1)} s  ${formatCount(operations)} operations`);
    }
  }

  private pauseMs(): number {
    return this.io.rewrites ? REWRITE_MS : TICK_MS;
  }
}
