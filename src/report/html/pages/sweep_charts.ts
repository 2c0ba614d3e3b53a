import type { SweepCell, SweepResult } from '../../../results/sweep_result.ts';
import { shortRate } from '../../figures/format.ts';
import { cellName } from '../../figures/sweep_cells.ts';
import type { Chart, Series } from '../components/chart/chart.ts';

/** How throughput grows with workers, beside the ideal. */
export function scalingChart(sweep: SweepResult): Chart | null {
  const workers = workerCounts(sweep);
  if (workers.length < 2) return null;
  const all = [...curves(sweep)];
  const series: Series[] = all.map(([name, cells]) => ({
    name,
    marked: true,
    points: cells.map((cell) => [cell.configuration.workers, cell.summary.throughput?.median ?? null]),
    spread: cells.flatMap((cell) => {
      const { throughput } = cell.summary;
      return throughput === null
        ? []
        : [[cell.configuration.workers, throughput.min, throughput.max] as const];
    }),
  }));
  const single = all.map(([, cells]) => cells.find((cell) => cell.configuration.workers === 1));
  const best = Math.max(0, ...single.map((cell) => cell?.summary.throughput?.median ?? 0));
  if (best > 0) {
    series.push({
      name: 'ideal: the best single worker, times workers',
      dashed: true,
      points: workers.map((count) => [count, best * count]),
    });
  }
  return {
    title: 'Scaling: throughput by number of workers',
    summary: `Medians, with lowest and highest of ${sweep.repeat}. ${crowd(sweep, workers)}`,
    x: workersAxis(workers),
    y: { title: 'operations/s', kind: 'linear', min: 0, format: shortRate },
    series,
  };
}

/** The same as a share of the ideal. */
export function efficiencyChart(sweep: SweepResult): Chart | null {
  const workers = workerCounts(sweep);
  if (workers.length < 2 || !sweep.cells.some((cell) => cell.scalingEfficiency !== null)) return null;
  return {
    title: 'Scaling efficiency',
    summary: `Throughput over that of one worker times the workers: 100 % is perfect. ${crowd(sweep, workers)}`,
    x: workersAxis(workers),
    y: { title: '% of ideal', kind: 'linear', min: 0, format: (value) => `${Math.round(value)}` },
    series: [...curves(sweep)].map(([name, cells]) => ({
      name,
      marked: true,
      points: cells.map((cell) => [
        cell.configuration.workers,
        cell.scalingEfficiency === null ? null : cell.scalingEfficiency * 100,
      ]),
    })),
  };
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
    series: sweep.cells.map((cell) => ({
      name: cellName(cell),
      marked: true,
      points: cell.repetitions.map((repetition, i) => [i + 1, repetition.metrics.throughput]),
    })),
  };
}

/** Cells that differ only in workers make one curve. */
function curves(sweep: SweepResult): Map<string, SweepCell[]> {
  const found = new Map<string, SweepCell[]>();
  for (const cell of sweep.cells) {
    const { workers: _, ...rest } = cell.point;
    const name = Object.values(rest).join(', ') || cell.configuration.allocator;
    found.set(name, [...(found.get(name) ?? []), cell]);
  }
  for (const cells of found.values()) cells.sort((a, b) => a.configuration.workers - b.configuration.workers);
  return found;
}

function workerCounts(sweep: SweepResult): number[] {
  return [...new Set(sweep.cells.map((cell) => cell.configuration.workers))].sort((a, b) => a - b);
}

function workersAxis(workers: readonly number[]) {
  return {
    title: 'workers',
    kind: 'linear' as const,
    min: Math.min(0, workers[0]),
    max: workers[workers.length - 1],
    whole: true,
    format: (value: number) => `${value}`,
  };
}

function crowd(sweep: SweepResult, workers: readonly number[]): string {
  const { cores } = sweep.environment;
  const more = workers.filter((count) => count > cores);
  return more.length === 0 ? '' : `${more.join(' and ')} workers are more than the ${cores} cores.`;
}
