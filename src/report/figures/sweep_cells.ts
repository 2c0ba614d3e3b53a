import type { SweepCell } from '../../results/sweep_result.ts';
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
