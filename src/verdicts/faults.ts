import { FAULT, unpackFault } from '../control/words/fault.ts';
import { FAIL } from '../control/words/layout.ts';
import { KIND } from '../control/words/operation.ts';
import { isMemory } from '../control/words/place.ts';
import { describeWait } from './blocked.ts';
import type { Cause } from './causes/cause.ts';
import { waitingFor } from './causes/lock_order.ts';
import { type Evidence, list, nameOf } from './evidence.ts';
import { type Place, sees } from './history.ts';
import { repeats } from './livelock.ts';
import { spinning } from './repetition.ts';
import { takenAt } from './taken.ts';
import type { Diagnosis } from './verdict.ts';

/** What the nemesis did, a line each. */
export function faultLines({ steps, labels, at, outcome }: Evidence): string[] {
  const lines = steps.flatMap((step, i) =>
    step.kind === KIND.FAULT ? [`step ${i}: the nemesis ${labels.step(step)}${at(i)}`] : [],
  );
  if (outcome.failure === FAIL.CHECK && takenAt(steps).size > 0)
    lines.push('check() is told who was killed and who was stopped by its third argument');
  return lines;
}

/** Schedules that do not end. */
const ENDLESS: readonly number[] = [FAIL.BLOCKED, FAIL.LIVELOCK, FAIL.STEP_LIMIT];

/** Threads wait for what a thread was about to do that the nemesis took: it had changed the place where they wait last. */
export function takenOwner(evidence: Evidence): Cause | undefined {
  const { steps, history, at, outcome } = evidence;
  if (!ENDLESS.includes(outcome.failure)) return undefined;
  const taken = takenAt(steps);
  if (taken.size === 0) return undefined;
  for (const [waiter, place] of awaitedPlaces(evidence)) {
    if (taken.has(waiter)) continue;
    const change = history.changes(place, -1).pop();
    const fault = change === undefined ? undefined : taken.get(steps[change].thread);
    if (change === undefined || fault === undefined || fault < change) continue;
    const owner = steps[change].thread;
    const stopped = unpackFault(steps[fault].result).fault === FAULT.STOP;
    return {
      name: stopped ? 'stopped owner' : 'dead owner',
      sentence:
        `thread ${owner} changed ${nameOf(evidence, place)} at step ${change}${at(change)} and was ` +
        `${stopped ? 'stopped' : 'killed'} at step ${fault}${at(fault)}, before it changed it again; thread ${waiter} waits for that`,
      steps: [change, fault],
      threads: [owner, waiter],
      places: [nameOf(evidence, place)],
    };
  }
  return undefined;
}

/** Each thread that waits with each place that it sleeps on, or looks at again and again. */
function awaitedPlaces(evidence: Evidence): (readonly [thread: number, place: Place])[] {
  const { steps, outcome } = evidence;
  const slept = [...waitingFor(evidence)];
  if (outcome.failure === FAIL.BLOCKED) return slept;
  const looked = [...spinning(steps)].flatMap(([thread, cycle]) =>
    cycle.steps.filter((step) => sees(step) && isMemory(step.buffer)).map((step) => [thread, step] as const),
  );
  return [...slept, ...looked];
}

/**
 * A thread was stopped for ever, and the others do not come to their end without it: undefined where that is not what was found,
 * and where those that are left block one another.
 */
export function notLockFree(evidence: Evidence, cause: Cause | undefined): Diagnosis | undefined {
  const { outcome, steps, blocked, labels, at } = evidence;
  if (!ENDLESS.includes(outcome.failure)) return undefined;
  const stops = [...takenAt(steps)].filter(([, i]) => unpackFault(steps[i].result).fault === FAULT.STOP);
  if (stops.length === 0 || cause?.name === 'lock order' || cause?.name === 'self-deadlock') return undefined;
  const gone = takenAt(steps);
  const asleep = blocked.filter(({ thread }) => !gone.has(thread));
  const cycles = outcome.failure === FAIL.BLOCKED ? [] : [...spinning(steps)];
  const spin = cycles.filter(
    ([thread]) => !gone.has(thread) && (outcome.failure === FAIL.STEP_LIMIT || evidence.spinning.has(thread)),
  );
  const stuck = [...new Set([...asleep.map(({ thread }) => thread), ...spin.map(([thread]) => thread)])];
  stuck.sort((a, b) => a - b);
  const where = stops.map(
    ([, i]) => `${labels.step(steps[i]).replace(/^stops (thread \d+) for ever/, '$1 is stopped')}${at(i)}`,
  );
  const who =
    stuck.length === 0
      ? 'the others do'
      : `thread${stuck.length > 1 ? 's' : ''} ${list(stuck)} ${stuck.length > 1 ? 'do' : 'does'}`;
  return {
    verdict: 'not-lock-free',
    message: `${who} not come to ${stuck.length === 1 ? 'its' : 'their'} end where ${list(where)}`,
    details: [
      ...spin.map(([thread, cycle]) => repeats(evidence, thread, cycle)),
      ...asleep.map((wait) => describeWait(evidence, wait)),
    ],
    thread: stuck[0] ?? -1,
  };
}
