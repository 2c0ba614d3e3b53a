import { KIND } from '../../control/words/operation.ts';
import { passedRaces } from '../../observe/races/report.ts';
import { raceText } from '../data_race.ts';
import type { Evidence } from '../evidence.ts';
import { overlap } from '../history.ts';
import type { Cause } from './cause.ts';

/**
 * What threads raced on where the search went past races, with what that led to (`effect`). A race that is marked as intended
 * is no cause: `effect` stands by itself.
 */
export function racedOn(evidence: Evidence, effect: Cause | undefined): Cause | undefined {
  const { steps, outcome } = evidence;
  const races = passedRaces(outcome.observed.get('races')).filter(({ reason }) => reason === undefined);
  const accesses = (race: (typeof races)[number]): number[] =>
    steps.flatMap((step, i) =>
      (step.kind === KIND.READ || step.kind === KIND.WRITE) &&
      overlap(step, { buffer: race.buffer, offset: race.offset, size: 1 })
        ? [i]
        : [],
    );
  // The one that the effect is about, else the first.
  const race =
    races.find((one) => accesses(one).some((step) => effect?.steps.includes(step))) ??
    (effect === undefined ? races[0] : undefined);
  if (race === undefined) return effect;
  const operation = (step: number): string => steps[step].operation;
  const text = raceText({ ...evidence, operation }, race);
  return {
    name: 'data race',
    sentence: effect === undefined ? text : `${text}: ${effect.name}: ${effect.sentence}`,
    steps: effect?.steps ?? accesses(race),
    threads: [...new Set([race.first.thread, race.second.thread])],
    places: [evidence.labels.place(race.buffer, race.offset)],
  };
}
