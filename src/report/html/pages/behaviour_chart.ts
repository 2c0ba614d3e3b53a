import type { BehaviourFigures } from '../../../results/exploration_result.ts';
import { formatCount } from '../../figures/format.ts';
import type { Chart } from '../components/chart/chart.ts';

/** Fewer points are no curve. */
const POINTS_MIN = 3;

/** How many behaviours so many schedules showed; null where that was not counted, or is no curve. */
export function behaviourChart(behaviours: BehaviourFigures | undefined): Chart | null {
  if (behaviours === undefined || behaviours.curve.length < POINTS_MIN) return null;
  const { curve, schedules, distinct } = behaviours;
  const count = (value: number): string => formatCount(value);
  return {
    title: 'Behaviours',
    summary: `${formatCount(distinct)} behaviours in ${formatCount(schedules)} schedules, up to the order of independent operations; half of them within the first ${formatCount(half(curve, distinct))}.`,
    x: { title: 'schedules', kind: 'log', min: 1, max: schedules, format: count },
    y: { title: 'behaviours', kind: 'linear', min: 0, whole: true, format: count },
    series: [{ name: 'behaviours', points: curve }],
  };
}

/** The first point of the curve by which half of them were seen. */
function half(curve: BehaviourFigures['curve'], distinct: number): number {
  return curve.find(([, seen]) => 2 * seen >= distinct)?.[0] ?? 0;
}
