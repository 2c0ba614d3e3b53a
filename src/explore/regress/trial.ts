import type { Step } from '../../control/words/trace.ts';
import { readTrace } from '../../control/words/trace.ts';
import { type Failure, failureOf, labelsOf } from '../../verdicts/failure.ts';
import { type Places, placesOf, type RecordedPlace } from '../replay/places.ts';
import type { Recording } from '../replay/recording.ts';
import type { Session } from '../scenario/session.ts';

/** Threads that run in turn, each for so many steps or until it cannot go on. */
export type Stretch = readonly [thread: number, steps: number];

/** One schedule of the present code. */
export interface Trial {
  /** Undefined where it did not fail. */
  readonly failure: Failure | undefined;
  readonly steps: readonly Step[];
  readonly places: Places;
}

/** Runs one schedule made of stretches; where they end, threads go on without a switch. Its steps get their places. */
export async function tryStretches(
  session: Session,
  recording: Pick<Recording, 'scenario' | 'timeouts'>,
  stretches: readonly Stretch[],
): Promise<Trial> {
  const outcome = await session.run({
    strategy: 'segments',
    schedules: 1,
    guide: stretches.flat(),
    timeouts: recording.timeouts,
    describe: true,
  });
  const steps = readTrace(session.words, session.layout);
  const traced = { steps, sites: outcome.sites, labels: labelsOf(session) };
  return { failure: failureOf(session, outcome), steps, places: placesOf(traced, recording.scenario) };
}

/** The place of a step. */
export function placeAt({ places, at }: Places, step: number): RecordedPlace {
  return places[at[step]];
}

/** A schedule as stretches. */
export function stretchesOf(schedule: readonly number[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (let i = 0; i < schedule.length; i += 2) stretches.push([schedule[i], schedule[i + 1]]);
  return stretches;
}
