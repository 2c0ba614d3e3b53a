import type { HistogramBucket } from '../../platform/histogram.ts';
import type { LockResult } from '../../results/run_result.ts';
import type { LockFigures } from '../../sync/decorators/lock_figures.ts';
import { LockStatistics } from '../../sync/decorators/lock_statistics.ts';
import type { WorkerSetup } from '../worker/worker_setup.ts';

/** Figures of each lock after a run; empty if nothing was counted. */
export function lockResults(setup: WorkerSetup, measuredMs: number): LockResult[] {
  // If the run ended before it measured, the records are those of the warm-up.
  if (setup.configuration.stats === 'off' || measuredMs === 0) return [];
  return LockStatistics.attach(setup.statistics)
    .merge()
    .map((lock) => ({ ...lock, utilisationPercent: utilisationPercent(lock, measuredMs) }));
}

/** A hold this long was preempted: a time slice is some milliseconds. */
const PREEMPTED_NS = 1e6;

/**
 * The share of the time in which a lock was held. In a sample each hold stands for those before it, so one that was
 * preempted by chance counts far too much: 4 ms times 2,048 would be more than a run of five seconds. So a second
 * estimate uses the mean of the others, and counts a preempted hold only once. It errs upwards, too, since the first
 * holds, of cold code, are all timed: the lower estimate is the better one.
 */
export function utilisationPercent(
  { total, level }: Pick<LockFigures, 'total' | 'level'>,
  measuredMs: number,
): number | null {
  const { hold, acquisitions, holdTotalNs } = total;
  if (hold.count === 0 || measuredMs === 0) return null;
  if (level === 'full') return (holdTotalNs / (measuredMs * 1e6)) * 100;
  const sumOf = (buckets: readonly HistogramBucket[]) => ({
    holds: buckets.reduce((sum, { count }) => sum + count, 0),
    ns: buckets.reduce((sum, { low, high, count }) => sum + (count * (low + high)) / 2, 0),
  });
  const preempted = sumOf(hold.histogram.filter(({ low }) => low >= PREEMPTED_NS));
  const usual = sumOf(hold.histogram.filter(({ low }) => low < PREEMPTED_NS));
  const usualNs = usual.holds === 0 ? 0 : usual.ns / usual.holds;
  const byMeanNs = preempted.ns + usualNs * (acquisitions - preempted.holds);
  const heldNs = preempted.holds === 0 ? holdTotalNs : Math.min(holdTotalNs, byMeanNs);
  return Math.min(100, (heldNs / (measuredMs * 1e6)) * 100);
}
