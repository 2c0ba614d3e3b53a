import type { ControlContext, Strategy } from '../../control/thread/strategy.ts';
import { OUTCOME } from '../../control/thread/strategy.ts';
import type { ActorSet } from '../../control/words/actor_set.ts';
import { THREADS_MAX } from '../../control/words/layout.ts';
import { paramsOf, type StrategyName, strategyType } from '../registry.ts';
import { readMask } from './mask.ts';
import type { OwnOutcome, OwnStrategy } from './own_strategy.ts';

/** What a user's strategy is told, by number. */
export const OUTCOME_NAMES: readonly OwnOutcome[] = ['complete', 'failed', 'abandoned', 'cut'];

const NUMBERS: Readonly<Record<OwnOutcome, number>> = {
  complete: OUTCOME.COMPLETE,
  failed: OUTCOME.FAILED,
  abandoned: OUTCOME.PRUNED,
  cut: OUTCOME.TRUNCATED,
};

/** Words that built-in strategies need beside one another. */
export function wordsOfMembers(names: readonly StrategyName[], stepLimit: number): number {
  return names.reduce((sum, name) => sum + wordsOf(name, stepLimit), 0);
}

function wordsOf(name: StrategyName, stepLimit: number): number {
  return strategyType(name)?.words(THREADS_MAX, stepLimit) ?? 0;
}

/**
 * Makes built-in strategies, one behind the other, from `base` on. They share the parameters, as far as they have them.
 * `candidates` are those of the step that is to be decided. `began` hears whether the one that begins a schedule is random in it.
 */
export function makeMembers(
  names: readonly StrategyName[],
  control: ControlContext,
  base: number,
  stepLimit: number,
  candidates: ActorSet,
  began: (random: boolean) => void,
): Required<OwnStrategy>[] {
  return names.map((name) => {
    const type = strategyType(name);
    if (type === undefined) throw new Error(`no strategy ${name}`);
    const member = type.create({ ...control, params: paramsOf(type, control.params) }, base);
    base += wordsOf(name, stepLimit);
    return asMember(member, control.sets.own(), candidates, began);
  });
}

function asMember(
  member: Strategy,
  among: ActorSet,
  candidates: ActorSet,
  began: (random: boolean) => void,
): Required<OwnStrategy> {
  return {
    begin() {
      member.begin();
      began(member.random);
    },
    pick: (mask) => member.pick(readMask(mask, candidates, among)),
    end: (outcome) => member.end(NUMBERS[outcome]),
    get random() {
      return member.random;
    },
  };
}
