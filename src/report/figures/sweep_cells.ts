import type { SweepCell, SweepResult } from '../../results/sweep_result.ts';
import { describePoint } from '../../results/sweep_result.ts';

/** A combination of a sweep, by what makes it differ from the others. */
export function cellName(cell: SweepCell): string {
  return `${describePoint(cell.point)}${cell.configuration.oversubscribed ? ' (more than cores)' : ''}`;
}

export function failedRepetitions(cell: SweepCell): number {
  return cell.repetitions.filter((repetition) => repetition.outcome !== 'passed').length;
}

/** Share of the median from which on a spread is too wide to rank the combination. */
const SPREAD_MAX = 0.2;

/** One repetition does not show how far the next would be from it. */
export const RANKED_MIN = 2;

/** True if a cell's repetitions differ so much that their median means little. */
export function isNoisy(cell: SweepCell): boolean {
  return (cell.summary.throughput?.spread ?? 0) > SPREAD_MAX * medianThroughput(cell);
}

/** Operations per second; 0 if no repetition has them. */
export function medianThroughput(cell: SweepCell): number {
  return cell.summary.throughput?.median ?? 0;
}

/** Cells by throughput, the highest first. */
export function byThroughput(cells: readonly SweepCell[]): SweepCell[] {
  return [...cells].sort((a, b) => medianThroughput(b) - medianThroughput(a));
}

/** The cell of the highest throughput among those that are steady enough to rank; null unless there are two. */
export function bestCell({ cells }: SweepResult): SweepCell | null {
  const ranked = byThroughput(cells).filter(
    (cell) => (cell.summary.throughput?.count ?? 0) >= RANKED_MIN && !isNoisy(cell),
  );
  return ranked.length < 2 ? null : ranked[0];
}
