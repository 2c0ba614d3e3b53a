import type { HistogramBucket } from '../../../platform/histogram.ts';
import { formatDuration } from '../../../platform/units.ts';
import type { RunResult } from '../../../results/run_result.ts';
import { formatCount, formatNs } from '../../figures/format.ts';
import { allocationsFirst } from '../../figures/operation_order.ts';
import { takenLocks } from '../../tables/lock_tables.ts';
import type { Chart, ChartAxis, Series } from '../components/chart/chart.ts';
import { rounded, short } from './chart_numbers.ts';

/** Fewer times have no distribution: tables show them. */
const TIMED_MIN = 20;
/** More kinds than that cannot be told apart. */
const KINDS_MAX = 7;

/** How long operations took, by kind. */
export function latencyChart(result: RunResult): Chart | null {
  const timed = result.operations
    .filter((operation) => (operation.latency?.samples ?? 0) >= TIMED_MIN)
    .sort((a, b) => b.count - a.count)
    .slice(0, KINDS_MAX);
  const kinds = allocationsFirst(timed);
  if (kinds.length === 0) return null;
  return {
    title: 'Latency distribution by kind of operation',
    summary: `${kinds.map(({ kind, latency }) => `${kind}: ${formatNs(latency!.p50Ns)} at the median, ${formatNs(latency!.p99Ns)} at p99`).join('; ')}. ${OCTAVE}`,
    x: timeAxis('time of one operation'),
    y: shareAxis('% of operations per octave'),
    series: kinds.map(({ kind, latency }) => distribution(kind, latency!.histogram)),
  };
}

/** How long contended acquisitions waited, by lock. */
export function waitChart(result: RunResult): Chart | null {
  return timesChart(
    result,
    'wait',
    'Wait-time distribution by lock',
    'wait of a contended acquisition',
    '% of waits per octave',
  );
}

/** How long locks were held. */
export function holdChart(result: RunResult): Chart | null {
  return timesChart(result, 'hold', 'Hold-time distribution by lock', 'hold', '% of holds per octave');
}

function timesChart(
  result: RunResult,
  what: 'wait' | 'hold',
  title: string,
  axis: string,
  share: string,
): Chart | null {
  const locks = takenLocks(result).filter((lock) => lock.total[what].count >= TIMED_MIN);
  if (locks.length === 0) return null;
  const isSampled = result.locks[0].level === 'sampled';
  const sampled =
    what === 'hold' ? ' Sampled.' : ' Every wait counts; of the shortest, one in eight was timed.';
  return {
    title,
    summary: `${locks.map((lock) => `${lock.name}: ${formatCount(lock.total[what].count)} ${what === 'hold' ? 'timed' : 'waits'}, ${formatNs(lock.total[what].p50Ns)} at the median, ${formatNs(lock.total[what].p99Ns)} at p99, ${formatNs(lock.total[what].maxNs)} at most`).join('; ')}.${isSampled ? sampled : ''} ${OCTAVE}`,
    x: timeAxis(axis),
    y: shareAxis(share),
    series: locks.map((lock) => distribution(lock.name, lock.total[what].histogram)),
  };
}

/** What the height of a distribution is. */
const OCTAVE = '100 % would be all spread over one octave, a factor of two; a narrower peak is higher.';

function timeAxis(title: string): ChartAxis {
  return { title: `${title} (log scale)`, kind: 'log', format: formatDuration };
}

function shareAxis(title: string): ChartAxis {
  return { title, kind: 'linear', min: 0, format: short };
}

/** Shares of steps, a quarter of an octave or so, for their width on a log scale: the buckets are of many widths. */
function distribution(name: string, histogram: readonly HistogramBucket[]): Series {
  const total = histogram.reduce((sum, bucket) => sum + bucket.count, 0);
  const shares = new Map<number, number>();
  for (const { low, count } of histogram) {
    const step = stepOf(low);
    shares.set(step, (shares.get(step) ?? 0) + (count / total) * 100);
  }
  const steps = [...shares.keys()];
  const first = Math.min(...steps) - 1;
  const last = Math.max(...steps) + 1;
  const points: [number, number][] = [];
  for (let step = first; step <= last; step++) {
    const start = stepStart(step);
    const end = stepStart(step + 1);
    points.push([rounded(Math.sqrt(start * end)), rounded((shares.get(step) ?? 0) / Math.log2(end / start))]);
  }
  return { name, points, filled: true };
}

/** Quarters of an octave in equal widths, as the histogram's buckets are, so that none is cut in two. */
function stepOf(ns: number): number {
  if (ns < 1) return 0;
  const octave = Math.floor(Math.log2(ns));
  return octave * 4 + Math.floor((ns / 2 ** octave - 1) * 4);
}

function stepStart(step: number): number {
  const octave = Math.floor(step / 4);
  return 2 ** octave * (1 + (step - octave * 4) / 4);
}
