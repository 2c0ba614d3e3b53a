import type { SweepCell, SweepResult } from '../../../results/sweep_result.ts';
import { formatPercent, formatRate, shortRate } from '../../figures/format.ts';
import { idealLine, type ScalingCurve, scalingCurves } from '../../figures/scaling.ts';
import { bestCell, cellName, medianThroughput } from '../../figures/sweep_cells.ts';
import type { Chart, Series } from '../components/chart/chart.ts';

/**
 * How throughput grows with workers: a small chart for each lock and allocator, all on one scale, the highest first. Empty
 * if the number of workers does not vary.
 */
export function scalingCharts(sweep: SweepResult): Chart[] {
  const counts = [...new Set(sweep.cells.map(({ configuration }) => configuration.workers))].sort(
    (a, b) => a - b,
  );
  if (counts.length < 2) return [];
  const highest = Math.max(0, ...sweep.cells.map(({ summary: { throughput } }) => throughput?.max ?? 0));
  if (highest === 0) return [];
  const best = bestCell(sweep);
  return scalingCurves(sweep).map((curve): Chart => {
    const isBest = best !== null && curve.cells.includes(best);
    return {
      title: `${curve.name}${isBest ? ' (best)' : ''}`,
      summary: scalingSummary(curve, sweep),
      small: true,
      x: workersAxis(counts),
      y: { title: 'operations/s', kind: 'linear', min: 0, max: highest * HEADROOM, format: shortRate },
      series: [measured(curve, isBest), ...ideal(curve, counts, sweep, highest * HEADROOM)],
    };
  });
}

/** Above the highest repetition. */
const HEADROOM = 1.05;

function measured({ cells }: ScalingCurve, best: boolean): Series {
  const known = cells.filter(({ summary }) => summary.throughput !== null);
  return {
    name: 'measured',
    best,
    marked: true,
    points: cells.map(({ configuration, summary }) => [
      configuration.workers,
      summary.throughput?.median ?? null,
    ]),
    spread: known.map(({ configuration, summary }) => {
      const { min, max } = summary.throughput!;
      return [configuration.workers, min, max] as const;
    }),
  };
}

/** None if no single worker was measured. It ends where it leaves the chart: data decide on its height. */
function ideal(
  { cells }: ScalingCurve,
  counts: readonly number[],
  { environment }: SweepResult,
  top: number,
): Series[] {
  const single = singleOf(cells);
  if (single === 0) return [];
  const line = idealLine(single, counts, environment.cores);
  const end = top / single;
  const points = line.filter(([, rate]) => rate <= top);
  if (points.length < line.length) points.push([end, top]);
  return [{ name: 'ideal', dashed: true, color: GREY, points }];
}

/** The grey among the colours of series. */
const GREY = 7;

function singleOf(cells: readonly SweepCell[]): number {
  const single = cells.find(({ configuration }) => configuration.workers === 1);
  return single === undefined ? 0 : medianThroughput(single);
}

function scalingSummary({ cells }: ScalingCurve, { environment }: SweepResult): string {
  const single = singleOf(cells);
  const parts = cells
    .filter(({ summary }) => summary.throughput !== null)
    .map((cell) => {
      const { workers } = cell.configuration;
      const rate = `${workers}: ${formatRate(medianThroughput(cell))}/s`;
      if (single === 0 || workers === 1) return rate;
      const share = (medianThroughput(cell) / (single * Math.min(workers, environment.cores))) * 100;
      return `${rate}, ${formatPercent(share)} of the ideal`;
    });
  return `By workers: ${parts.join('; ')}.`;
}

/** How each combination's repetitions went, in order: drift and outliers show there. */
export function repetitionsChart(sweep: SweepResult): Chart | null {
  // With more lines than colours, lines cannot be told apart.
  if (sweep.repeat < 2 || sweep.cells.length > 8) return null;
  return {
    title: 'Throughput of each repetition',
    summary: 'In the order in which they ran. Lines that move together show what came from outside.',
    x: {
      title: 'repetition',
      kind: 'linear',
      min: 1,
      max: sweep.repeat,
      whole: true,
      format: (value) => `${value}`,
    },
    y: { title: 'operations/s', kind: 'linear', min: 0, format: shortRate },
    series: sweep.cells.map(
      (cell): Series => ({
        name: cellName(cell),
        marked: true,
        points: cell.repetitions.map((repetition, i) => [i + 1, repetition.metrics.throughput]),
      }),
    ),
  };
}

function workersAxis(counts: readonly number[]) {
  const [first, last] = [counts[0], counts[counts.length - 1]];
  // Room for the mark of the first.
  const room = (last - first) * 0.06;
  return {
    title: 'workers',
    kind: 'linear' as const,
    min: first - room,
    max: last + room,
    labelled: counts,
    format: (value: number) => `${value}`,
  };
}
