import type { BehaviourFigures } from './exploration_result.ts';

/** Of the curve's parts, from none to all of the schedules new. */
const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** For people. */
export function behaviourLines(figures: BehaviourFigures, strategy: string): string[] {
  const { schedules, distinct, chanceOfNew, chanceBelow, more } = figures;
  const count = `${more ? 'at least ' : ''}${distinct} ${distinct === 1 ? 'behaviour' : 'behaviours'}`;
  const lines = [`${count} in ${schedules} schedules, up to the order of independent operations`];
  if (chanceOfNew !== null) {
    // Its schedules depend on the number of steps of those before.
    const rough = strategy === 'pct' || strategy === 'portfolio' ? ', roughly' : '';
    lines.push(`the next schedule shows a new one with a chance of ${percent(chanceOfNew)}${rough}`);
  }
  if (chanceBelow !== null) {
    lines.push(
      `each was seen again: the next schedule shows a new one with a chance below ${percent(chanceBelow)}`,
    );
  }
  return lines;
}

/** The share of schedules that showed something new, from point to point of the curve; no line without a curve. */
export function newBehaviourBars({ curve }: BehaviourFigures): string[] {
  if (curve.length < 2) return [];
  const bars = curve
    .slice(1)
    .map(([schedules, distinct], i) => {
      const share = (distinct - curve[i][1]) / (schedules - curve[i][0]);
      return BARS[Math.min(BARS.length - 1, Math.ceil(share * (BARS.length - 1)))];
    })
    .join('');
  return [`new behaviours a schedule, from the first to the last: ${bars}`];
}

function percent(chance: number): string {
  return `${Number((100 * chance).toPrecision(2))} %`;
}
