import { FAIL } from '../../control/words/layout.ts';
import { KIND } from '../../control/words/operation.ts';
import { type Evidence, nameOf } from '../evidence.ts';
import { overlap, sees, writes } from '../history.ts';
import type { Cause } from './cause.ts';

/**
 * A thread loaded a word, another wrote it, and the first stored over that what it had made of its load. Only where the
 * thread did nothing else with the word in between, and stored another value than the one that it had read.
 */
export function lostUpdate(evidence: Evidence): Cause | undefined {
  const { steps, outcome } = evidence;
  // An invariant is broken by the last step.
  const from = outcome.failure === FAIL.INVARIANT ? steps.length - 1 : 0;
  for (let store = Math.max(0, from); store < steps.length; store++) {
    if (steps[store].kind !== KIND.STORE && steps[store].kind !== KIND.WRITE) continue;
    const cause = lostBy(evidence, store);
    if (cause !== undefined) return cause;
  }
  return undefined;
}

function lostBy(evidence: Evidence, store: number): Cause | undefined {
  const { history, steps, at } = evidence;
  const { thread, a } = steps[store];
  const touches = (i: number): boolean =>
    overlap(steps[i], steps[store]) && (sees(steps[i]) || writes(steps[i]));
  const load = history.last(store, (step, i) => step.thread === thread && touches(i));
  if (load < 0 || steps[load].result === a) return undefined;
  if (steps[load].kind !== KIND.LOAD && steps[load].kind !== KIND.READ) return undefined;
  if (steps[load].offset !== steps[store].offset || steps[load].size !== steps[store].size) return undefined;
  const other = history.changes(steps[store], load, store).find((i) => steps[i].thread !== thread);
  if (other === undefined) return undefined;
  const place = nameOf(evidence, steps[store]);
  return {
    name: 'lost update',
    sentence:
      `thread ${thread} read ${place} = ${steps[load].result} at step ${load}${at(load)} and stored ${a} at step ` +
      `${store}${at(store)}, over thread ${steps[other].thread}'s ${steps[other].operation} of step ${other}` +
      `${at(other)}, which it had not seen`,
    steps: [load, other, store],
    threads: [thread, steps[other].thread],
    places: [place],
  };
}
