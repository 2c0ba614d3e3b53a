import { BehaviourTable, makeBehaviourMemory } from '../../observe/behaviours/behaviour_table.ts';
import type { BehaviourFigures } from '../../results/exploration_result.ts';

/** Of nothing in n, the chance is below 3 in n with 95 % confidence: the rule of three. */
const RULE_OF_THREE = 3;

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
