import { PAGE_SIZE } from '../../src/mm/page.ts';
import type { RunResult } from '../../src/results/run_result.ts';
import type { Round } from './rounds.ts';
import { slopePerMinute, type Vitals } from './vitals.ts';

/** Growth of the heap and of buffers that is not taken for noise, in bytes a minute. */
const HEAP_SLOPE_MAX = 2 ** 20;
const RSS_SLOPE_MAX = 16 * 2 ** 20;
/** The compiler and the modules grow the heap at first: that long does not count. */
const SETTLING_MS = 60_000;

/** Compares the rounds of a soak with one another. */
export class Drift {
  /** What drifted or went wrong, each a sentence. */
  readonly found: string[] = [];
  private readonly managed = new Map<string, number>();

  /** Looks at one round. */
  look(round: Round, result: RunResult): void {
    const { key, options } = round;
    const where = `${key} (lock ${options.lock}, faults ${options.faults?.join(', ')}, seed ${options.seed})`;
    const { outcome, findings, verdict, allocator, memory } = result;
    if (outcome !== 'passed' && outcome !== 'unproved') {
      this.found.push(`${where}: ${outcome}: ${findings[0]?.message ?? 'nothing is said'}`);
      return;
    }
    if (verdict.framesOut.frames > 0 && !round.sharesFrames) {
      this.found.push(`${where}: ${verdict.framesOut.frames} frames of the dead did not come back`);
    }
    for (const problem of verdict.auditProblems ?? ['was not audited']) {
      this.found.push(`${where}: audit: ${problem}`);
    }
    // What is free, what went with the dead, and what the kernel has must be the same in each round of its kind.
    const rest = memory.managedFrames - allocator.freeBytes / PAGE_SIZE - verdict.framesOut.frames;
    const before = this.managed.get(key);
    if (before === undefined) this.managed.set(key, rest);
    else if (before !== rest) {
      this.found.push(
        `${where}: ${rest} frames are neither free nor listed; they were ${before} the first time`,
      );
    }
  }

  /** Looks at the process, when all rounds are over. @param settled as after the first rounds */
  lookAtProcess(all: readonly Vitals[], settled: Vitals): void {
    const last = all[all.length - 1];
    if (last.handles > settled.handles) {
      this.found.push(`active handles grew from ${settled.handles} to ${last.handles}`);
    }
    if (last.listeners > settled.listeners) {
      this.found.push(`listeners of the process grew from ${settled.listeners} to ${last.listeners}`);
    }
    const later = all.filter(({ atMs }) => atMs >= SETTLING_MS);
    // A line through less than two minutes says nothing.
    if (later.length < 3 || later[later.length - 1].atMs - later[0].atMs < 2 * SETTLING_MS) return;
    const slopes: [string, (each: Vitals) => number, number][] = [
      ['heap', ({ heapBytes }) => heapBytes, HEAP_SLOPE_MAX],
      ['buffers', ({ bufferBytes }) => bufferBytes, HEAP_SLOPE_MAX],
      ['resident memory', ({ rssBytes }) => rssBytes, RSS_SLOPE_MAX],
    ];
    for (const [name, read, most] of slopes) {
      const slope = slopePerMinute(later, read);
      if (slope > most) this.found.push(`${name}: grows by ${(slope / 2 ** 20).toFixed(2)} MiB a minute`);
    }
  }
}
