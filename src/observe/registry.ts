import type { ObserverContext, ObserverType, StepObserver } from '../control/thread/observer.ts';
import { behaviours } from './behaviours/behaviours.ts';
import { bypass } from './bypass.ts';
import { fruitlessWaits } from './fruitless_waits.ts';
import { invariant } from './invariant.ts';
import { notifiedPlaces } from './notified_places.ts';
import { plainWrites } from './plain_writes.ts';
import { races } from './races/races.ts';

/** What looks at every exploration, in the order in which a step is shown to them. */
const OBSERVERS: readonly ObserverType[] = [
  notifiedPlaces,
  fruitlessWaits,
  plainWrites,
  races,
  invariant,
  behaviours,
  bypass,
];

/** An observer at work, under the name by which its reports are found. */
export interface Observing {
  readonly name: string;
  readonly kinds: readonly number[];
  readonly observer: StepObserver;
}

/** Makes those that have something to look at. @param base where the words of all of them begin */
export function observers(
  context: ObserverContext,
  base: number,
  threads: number,
  stepLimit: number,
): Observing[] {
  const observing: Observing[] = [];
  let next = base;
  for (const { name, kinds, words, create } of OBSERVERS) {
    const observer = create(context, next);
    if (observer !== null) observing.push({ name, kinds, observer });
    next += words(threads, stepLimit);
  }
  return observing;
}

/** Words that all of them keep. */
export function wordsOfObservers(threads: number, stepLimit: number): number {
  return OBSERVERS.reduce((sum, type) => sum + type.words(threads, stepLimit), 0);
}
