import type { RunResult, TimelineSample } from '../../../results/run_result.ts';
import { formatCount, formatPercent, formatRate, shortRate } from '../../figures/format.ts';
import type { Chart, ChartAxis, Series } from '../components/chart/chart.ts';
import { rounded, short } from './chart_numbers.ts';

/** A chart has no pixels for more points. */
const POINTS_MAX = 240;

/** Throughput, contention, memory: over time. */
export function timelineCharts(result: RunResult): Chart[] {
  // One or two samples do not make a curve.
  const samples = thinned(result.timeline.samples);
  if (samples.length < 3) return [];
  const charts = [throughputChart(result, samples)];
  if (samples.some((sample) => (sample.contendedPercent ?? 0) > 0)) charts.push(contentionChart(samples));
  charts.push(framesChart(samples), fragmentationChart(samples));
  return charts;
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
  const frames = samples.map(framesInUse);
  return {
    title: 'Frames in use over time',
    summary: `${formatCount(Math.min(...frames))} to ${formatCount(Math.max(...frames))} frames of 4 KiB, without the kernel's own.`,
    x: clock(samples),
    y: { title: 'frames', kind: 'linear', min: 0, format: shortRate },
    series: [over(samples, 'frames in use', framesInUse)],
  };
}

/** Counted while frames change hands, and less the kernel's own: a little below zero means none. */
function framesInUse(sample: TimelineSample): number {
  return Math.max(0, sample.framesInUse);
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

function over(
  samples: readonly TimelineSample[],
  name: string,
  value: (sample: TimelineSample) => number | null,
): Series {
  return {
    name,
    filled: true,
    points: samples.map((sample) => [rounded(sample.atMs / 1000), nullOr(rounded, value(sample))]),
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

/** Averages of as many neighbours as needed. */
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

function nullOr(map: (value: number) => number, value: number | null): number | null {
  return value === null ? null : map(value);
}
