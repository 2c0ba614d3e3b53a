import type { HistogramBucket } from '../../platform/histogram.ts';
import { formatDuration } from '../../platform/units.ts';
import type { RunResult, TimelineSample } from '../../results/run_result.ts';
import { formatCount, formatNs, formatPercent, formatRate, shortRate } from '../format.ts';
import { takenLocks } from '../lock_tables.ts';
import type { Chart, ChartAxis, Series } from './chart.ts';

/** More points than that are more than a chart has pixels for. */
const POINTS_MAX = 240;
/** Fewer times have no distribution: tables tell them. */
const TIMED_MIN = 20;
/** More kinds than that cannot be told apart. */
const KINDS_MAX = 7;

/** Throughput, contention, memory: over time. */
export function timelineCharts(result: RunResult): Chart[] {
  // A run of one sample or two has no course.
  const samples = thinned(result.timeline.samples);
  if (samples.length < 3) return [];
  const charts = [throughputChart(result, samples)];
  if (samples.some((sample) => (sample.contendedPercent ?? 0) > 0)) charts.push(contentionChart(samples));
  charts.push(framesChart(samples), fragmentationChart(samples));
  return charts;
}

/** How long operations took, by kind. */
export function latencyChart(result: RunResult): Chart | null {
  const kinds = result.operations
    .filter((operation) => (operation.latency?.samples ?? 0) >= TIMED_MIN)
    .sort((a, b) => b.count - a.count)
    .slice(0, KINDS_MAX);
  if (kinds.length === 0) return null;
  return {
    title: 'Latency distribution by kind of operation',
    summary: `${kinds.map(({ kind, latency }) => `${kind}: ${formatNs(latency!.p50Ns)} at the median, ${formatNs(latency!.p99Ns)} at p99`).join('; ')}. ${OCTAVE}`,
    x: TIME_AXIS('time of one operation'),
    y: SHARE_AXIS('% of operations per octave'),
    series: kinds.map(({ kind, latency }) => distribution(kind, latency!.histogram)),
  };
}

/** How long those waited that had to, by lock. */
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

/** Blocks of the pool that all share, at the middle of the run. */
export function freeBlocksChart(result: RunResult): Chart | null {
  const at = result.allocator.midRun ?? result.allocator;
  const blocks = at.freeBlocksByOrder;
  const last = blocks.findLastIndex((count) => count > 0);
  if (last < 0) return null;
  const orders = blocks.slice(0, last + 1);
  const sum = orders.reduce((total, count) => total + count, 0);
  return {
    title: 'Free blocks of the global pool by order',
    summary: `${formatCount(sum)} blocks ${result.allocator.midRun === null ? 'at the end' : 'in the middle of the run'}; the largest are of order ${last}, ${formatCount(2 ** last)} frames.`,
    x: { title: 'order: blocks of 2^order frames', kind: 'linear', format: (value) => `${value}` },
    y: { title: 'blocks', kind: 'linear', min: 0, whole: true, format: shortRate },
    bars: orders.map((_, order) => `${order}`),
    series: [{ name: 'blocks', points: orders.map((count, order) => [order, count]) }],
  };
}

function throughputChart(result: RunResult, samples: readonly TimelineSample[]): Chart {
  const rates = samples.map((sample) => sample.operationsPerSecond).sort((a, b) => a - b);
  return {
    title: 'Throughput over time',
    summary: `All workers together: ${formatRate(result.totals.operationsPerSecond)} operations/s on average, ${formatRate(rates[rates.length >> 1])} at the median, ${formatRate(rates[0])} to ${formatRate(rates[rates.length - 1])}.`,
    x: clock(samples),
    y: { title: 'operations/s', kind: 'linear', min: 0, format: shortRate },
    series: [over(samples, 'operations/s', (sample) => sample.operationsPerSecond)],
  };
}

function contentionChart(samples: readonly TimelineSample[]): Chart {
  const most = Math.max(...samples.map((sample) => sample.contendedPercent ?? 0));
  return {
    title: 'Contended acquisitions over time',
    summary: `Of all locks' acquisitions, those that had to wait: ${formatPercent(most)} at most.`,
    x: clock(samples),
    y: { title: '% of acquisitions', kind: 'linear', min: 0, format: short },
    series: [over(samples, 'contended', (sample) => sample.contendedPercent)],
  };
}

function framesChart(samples: readonly TimelineSample[]): Chart {
  const frames = samples.map((sample) => sample.framesInUse);
  return {
    title: 'Frames in use over time',
    summary: `${formatCount(Math.min(...frames))} to ${formatCount(Math.max(...frames))} frames of 4 KiB, without the kernel's own.`,
    x: clock(samples),
    y: { title: 'frames', kind: 'linear', min: 0, format: shortRate },
    series: [over(samples, 'frames in use', (sample) => sample.framesInUse)],
  };
}

function fragmentationChart(samples: readonly TimelineSample[]): Chart {
  const parts = samples.map((sample) => sample.fragmentation * 100);
  return {
    title: 'External fragmentation over time',
    summary: `Part of the free memory that is not in the largest free block: ${formatPercent(Math.min(...parts))} to ${formatPercent(Math.max(...parts))}.`,
    x: clock(samples),
    y: { title: '% of free memory', kind: 'linear', min: 0, max: 100, interval: 25, format: short },
    series: [over(samples, 'fragmentation', (sample) => sample.fragmentation * 100)],
  };
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
    x: TIME_AXIS(axis),
    y: SHARE_AXIS(share),
    series: locks.map((lock) => distribution(lock.name, lock.total[what].histogram)),
  };
}

/** What the height of a distribution is. */
const OCTAVE = '100 % would be all spread over one octave, a factor of two; a narrower peak is higher.';

function over(
  samples: readonly TimelineSample[],
  name: string,
  value: (sample: TimelineSample) => number | null,
): Series {
  return {
    name,
    filled: true,
    points: samples.map((sample) => [round(sample.atMs / 1000), nullOr(round, value(sample))]),
  };
}

function clock(samples: readonly TimelineSample[]): ChartAxis {
  const endS = samples[samples.length - 1].atMs / 1000;
  return {
    title: 'seconds since the first measured operation',
    kind: 'linear',
    min: 0,
    max: endS,
    format: short,
  };
}

function TIME_AXIS(title: string): ChartAxis {
  return { title: `${title} (log scale)`, kind: 'log', format: formatDuration };
}

function SHARE_AXIS(title: string): ChartAxis {
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
    points.push([round(Math.sqrt(start * end)), round((shares.get(step) ?? 0) / Math.log2(end / start))]);
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

/** Averages of as many neighbours as need be. */
function thinned(samples: readonly TimelineSample[]): readonly TimelineSample[] {
  const group = Math.ceil(samples.length / POINTS_MAX);
  if (group <= 1) return samples;
  const kept: TimelineSample[] = [];
  for (let i = 0; i + group <= samples.length; i += group) {
    const part = samples.slice(i, i + group);
    const mean = (value: (sample: TimelineSample) => number) =>
      part.reduce((sum, sample) => sum + value(sample), 0) / part.length;
    kept.push({
      atMs: part[part.length - 1].atMs,
      operationsPerSecond: mean((sample) => sample.operationsPerSecond),
      contendedPercent: part[0].contendedPercent === null ? null : mean((s) => s.contendedPercent ?? 0),
      framesInUse: mean((sample) => sample.framesInUse),
      fragmentation: mean((sample) => sample.fragmentation),
    });
  }
  return kept;
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}

function nullOr(map: (value: number) => number, value: number | null): number | null {
  return value === null ? null : map(value);
}

function short(value: number): string {
  return `${Number(value.toPrecision(3))}`;
}
