import { BehaviourTable, makeBehaviourMemory } from '../../observe/behaviours/behaviour_table.ts';
import type { BehaviourFigures } from '../../results/exploration_result.ts';

/** Of nothing in n, the chance is below 3 in n with 95 % confidence: the rule of three. */
const RULE_OF_THREE = 3;
/** Of the curve's parts, from none to all of the schedules new. */
const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** What the searches of all jobs showed; undefined where behaviours were not counted. @param systematic no schedule repeats one */
export function behaviourFigures(
  all: readonly { readonly behaviours: SharedArrayBuffer | undefined }[],
  systematic: boolean,
): BehaviourFigures | undefined {
  const memories = all.flatMap(({ behaviours }) => behaviours ?? []);
  if (memories.length === 0) return undefined;
  const table = new BehaviourTable(memories.length === 1 ? memories[0] : makeBehaviourMemory());
  if (memories.length > 1) for (const memory of memories) table.join(new BehaviourTable(memory));
  const { schedules, distinct, once, full, curve } = table.counts;
  const known = schedules > 0 && !full && !systematic;
  return {
    schedules,
    distinct,
    once,
    chanceOfNew: known && once > 0 ? once / schedules : null,
    chanceBelow: known && once === 0 ? Math.min(1, RULE_OF_THREE / schedules) : null,
    more: full,
    curve: memories.length === 1 ? curve : [],
  };
}

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
  const bars = newBehaviours(figures.curve);
  if (bars !== '') lines.push(`new behaviours a schedule, from the first to the last: ${bars}`);
  return lines;
}

/** The share of schedules that showed something new, from point to point of the curve. */
function newBehaviours(curve: BehaviourFigures['curve']): string {
  return curve
    .slice(1)
    .map(([schedules, distinct], i) => {
      const share = (distinct - curve[i][1]) / (schedules - curve[i][0]);
      return BARS[Math.min(BARS.length - 1, Math.ceil(share * (BARS.length - 1)))];
    })
    .join('');
}

function percent(chance: number): string {
  return `${Number((100 * chance).toPrecision(2))} %`;
}
