import { formatCount, formatPercent, formatRate } from '../report/figures/format.ts';
import type { TimelineSample } from '../results/run_result.ts';

/** A terminal's line is rewritten this often; elsewhere a line is added this often. */
const REWRITE_MS = 200;
const TICK_MS = 1000;

/** Shows on a stream how a run is getting on: one line that changes, or plain ticks where it is no terminal. */
export class LiveLine {
  private readonly stream: NodeJS.WriteStream;
  private readonly isTerminal: boolean;
  private nextMs = 0;
  private nextWarmupMs = 0;
  private sumRate = 0;
  private samples = 0;
  private shown = false;

  constructor(stream: NodeJS.WriteStream) {
    this.stream = stream;
    this.isTerminal = stream.isTTY === true;
  }

  show(sample: TimelineSample, remainingMs: number | null): void {
    this.sumRate += sample.operationsPerSecond;
    this.samples++;
    if (sample.atMs < this.nextMs) return;
    // The first look comes too early for a rate.
    const isFirst = this.nextMs === 0;
    this.nextMs = sample.atMs + (this.isTerminal ? REWRITE_MS : TICK_MS);
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
    // A first look that was not shown is nothing to clear.
    if (this.isTerminal || !isFirst) this.write(text);
  }

  /** While the run warms up. @param atMs since that began */
  showWarmup({ atMs, operations }: { readonly atMs: number; readonly operations: number }): void {
    if (atMs < this.nextWarmupMs) return;
    this.nextWarmupMs = atMs + (this.isTerminal ? REWRITE_MS : TICK_MS);
    if (this.isTerminal || atMs >= TICK_MS) {
      this.write(`warming up  ${(atMs / 1000).toFixed(1)} s  ${formatCount(operations)} operations`);
    }
  }

  private write(text: string): void {
    // A line that wraps could not be rewritten.
    if (this.isTerminal) this.stream.write(`\r\x1b[K${text.slice(0, (this.stream.columns || 80) - 1)}`);
    else this.stream.write(`${text}\n`);
    this.shown = true;
  }

  /** Leaves the terminal as it was. */
  clear(): void {
    if (this.shown && this.isTerminal) this.stream.write('\r\x1b[K');
  }
}
