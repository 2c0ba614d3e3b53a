import type { HistogramBucket } from '../../platform/histogram.ts';
import type { LockResult } from '../../results/run_result.ts';
import type { LockFigures } from '../../sync/decorators/lock_figures.ts';
import { LockStatistics } from '../../sync/decorators/lock_statistics.ts';
import type { WorkerSetup } from '../worker/worker_setup.ts';

/** What is known of each lock after a run; none where nothing was counted. */
export function lockResults(setup: WorkerSetup, measuredMs: number): LockResult[] {
  // Where the run ended before it measured, what was recorded is of the warm-up.
  if (setup.configuration.stats === 'off' || measuredMs === 0) return [];
  return LockStatistics.attach(setup.statistics)
    .merge()
    .map((lock) => ({ ...lock, utilisationPercent: utilisationPercent(lock, measuredMs) }));
}

/** From there on a hold was preempted: a time slice has some milliseconds. */
const PREEMPTED_NS = 1e6;

/**
 * The part of the time that a lock was held. In a sample each hold stands for those before it, and one that was
 * preempted by chance for far too much: 4 ms, times 2,048, would be more than a run of five seconds. So there is a second
 * estimate, by the mean of the others, in which it counts for itself. That one errs upwards too, since the first holds,
 * of cold code, are all timed: the lower is the better.
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
