import type { SweepCell, SweepResult } from '../../results/sweep_result.ts';
import { medianThroughput } from './sweep_cells.ts';

/** The cells of a sweep that differ only in their number of workers, fewest first. */
export interface ScalingCurve {
  /** What they have in common: `ttas, buddy`. */
  readonly name: string;
  readonly cells: readonly SweepCell[];
}

/** The curves of a sweep: the one with the highest throughput comes first. */
export function scalingCurves(sweep: SweepResult): ScalingCurve[] {
  const found = new Map<string, SweepCell[]>();
  for (const cell of sweep.cells) {
    const { workers: _, ...rest } = cell.point;
    const name = Object.values(rest).join(', ') || cell.configuration.allocator;
    found.set(name, [...(found.get(name) ?? []), cell]);
  }
  const curves = [...found].map(([name, cells]) => ({
    name,
    cells: cells.sort((a, b) => a.configuration.workers - b.configuration.workers),
  }));
  return curves.sort((a, b) => highest(b) - highest(a));
}

function highest({ cells }: ScalingCurve): number {
  return Math.max(...cells.map(medianThroughput));
}

/**
 * Where the ideal is: each worker does what a single one does, as long as there is a core for each.
 *
 * @param single operations per second of one worker
 * @param counts numbers of workers, fewest first
 * @returns `[workers, operations per second]`, with the bend at the number of cores
 */
export function idealLine(single: number, counts: readonly number[], cores: number): [number, number][] {
  const [first, last] = [counts[0], counts[counts.length - 1]];
  const bends = first < cores && cores < last ? [first, cores, last] : [first, last];
  return bends.map((count) => [count, single * Math.min(count, cores)]);
}
