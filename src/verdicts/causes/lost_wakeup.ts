import { KIND } from '../../control/words/operation.ts';
import type { Step } from '../../control/words/trace.ts';
import { type Evidence, list, nameOf } from '../evidence.ts';
import { overlap, type Place, sees, valueAfter, type Wait } from '../history.ts';
import type { Cause } from './cause.ts';

/** A thread that sleeps for ever although there was something to wake it for. */
export interface LostWakeup {
  readonly thread: number;
  /** What shows it, each in a line. */
  readonly details: readonly string[];
  /** Undefined where the trace does not say how it came about. */
  readonly cause: Cause | undefined;
}

/** How far back a sleeper's own steps are searched for what it decided on. */
const LOOK_BACK = 32;

/** Those among the sleeping threads whose wake-up was lost; empty if they wait for each other, or for nobody. */
export function lostWakeups(evidence: Evidence): LostWakeup[] {
  const lost: LostWakeup[] = [];
  for (const blocked of evidence.blocked) {
    const wait = evidence.history.waits.find((one) => one.step === blocked.step);
    if (wait === undefined) continue;
    const gap = notifyInTheGap(evidence, wait);
    const changed = changeUnseen(evidence, wait);
    const details = [...(gap?.details ?? []), ...(changed?.details ?? [])];
    if (details.length > 0) lost.push({ thread: wait.thread, details, cause: changed?.cause ?? gap?.cause });
  }
  return lost;
}

/** A notify that came after the sleeper's last look and before its sleep: it found nobody, and does not come again. */
function notifyInTheGap(evidence: Evidence, wait: Wait): LostWakeup | undefined {
  const { history, steps, at } = evidence;
  const { thread } = wait;
  const looked = history.last(
    wait.step,
    (step) => step.thread === thread && overlap(step, wait) && sees(step),
  );
  for (let i = wait.step - 1; i > looked; i--) {
    const step = steps[i];
    if (step.thread === thread || !isNotifyOf(step, wait)) continue;
    const basis = basisOf(evidence, wait, i);
    if (basis === undefined) continue;
    const place = nameOf(evidence, wait);
    return {
      thread,
      details: [
        `thread ${step.thread} notified ${place} at step ${i}, before thread ${thread} slept (step ${wait.step})`,
      ],
      cause: {
        name: 'notify in the gap',
        sentence:
          `thread ${step.thread}'s notify of ${place} at step ${i}${at(i)} came between thread ${thread}'s ${basis.text} ` +
          `and its wait at step ${wait.step}${at(wait.step)}, and ${step.result === 0 ? 'found nobody waiting' : 'woke others only'}`,
        steps: [...basis.steps, i, wait.step],
        threads: [step.thread, thread],
        places: [...new Set([...basis.places, place])],
      },
    };
  }
  return undefined;
}

/** What the sleeper knew when the notify came. */
interface Basis {
  readonly text: string;
  readonly steps: readonly number[];
  readonly places: readonly string[];
}

/**
 * What the sleeper had decided on when the notify came: something that it had looked at, or released, and that the
 * notifying thread changed after that and before it notified; or whatever it was, where the sleeper did nothing more
 * before its wait. Undefined otherwise: then the notify may have been meant for what the sleeper knew.
 */
function basisOf(evidence: Evidence, wait: Wait, notify: number): Basis | undefined {
  const { history, steps, at } = evidence;
  const nobody = steps[notify].result === 0;
  const stale = staleBefore(evidence, wait, notify);
  // A notify for some of many may have been used up by those that it woke.
  const look = stale.looks.find((i) => (nobody || steps[notify].a < 0) && remains(evidence, steps[i], i));
  const known = look ?? (nobody ? stale.release : undefined);
  if (known !== undefined) {
    const place = nameOf(evidence, steps[known]);
    const what = known === look ? `look at ${place}` : `${steps[known].operation} of ${place}`;
    return { text: `${what} at step ${known}${at(known)}`, steps: [known], places: [place] };
  }
  const previous = history.last(wait.step, (step) => step.thread === wait.thread);
  if (!nobody || previous > notify) return undefined;
  if (previous < 0 || steps[previous].kind === KIND.START) return { text: 'start', steps: [], places: [] };
  const place = nameOf(evidence, steps[previous]);
  const what = `${steps[previous].operation}${place === '' ? '' : ` of ${place}`}`;
  return {
    text: `${what} at step ${previous}${at(previous)}`,
    steps: [previous],
    places: place === '' ? [] : [place],
  };
}

/**
 * The sleeper's last looks at places, and its last release of one, that the notifying thread has changed since, before
 * it notified: what the sleeper went by was no longer so.
 */
function staleBefore(
  evidence: Evidence,
  wait: Wait,
  notify: number,
): { readonly looks: readonly number[]; readonly release: number | undefined } {
  const { history, steps } = evidence;
  const looks: number[] = [];
  const seen: Place[] = [];
  let released = false;
  let release: number | undefined;
  for (const i of stepsBefore(evidence, wait)) {
    const step = steps[i];
    const again = seen.some((place) => overlap(place, step));
    const isRelease = step.changed && !released;
    if (step.changed || sees(step)) seen.push(step);
    if (step.changed) released = true;
    if (again || i > notify) continue;
    if (!history.changes(step, i, notify).some((c) => steps[c].thread === steps[notify].thread)) continue;
    if (isRelease) release = i;
    else if (!step.changed && sees(step)) looks.push(i);
  }
  return { looks, release };
}

/** The sleeper's own steps since it last came back from a wait, newest first. */
function stepsBefore({ steps }: Evidence, wait: Wait): number[] {
  const own: number[] = [];
  for (let i = wait.step - 1; i >= 0 && own.length < LOOK_BACK; i--) {
    const { thread, kind } = steps[i];
    if (thread !== wait.thread) continue;
    if (kind === KIND.WAKE || kind === KIND.IDLE) break;
    own.push(i);
  }
  return own;
}

/** What was seen at a step is no longer so at the end. */
function remains({ history, steps }: Evidence, step: Step, at: number): boolean {
  const last = history.changes(step, at).pop();
  if (last === undefined || steps[last].offset !== step.offset || steps[last].size !== step.size)
    return false;
  const now = valueAfter(steps[last]);
  return now !== undefined && now !== step.result;
}

/** The word has changed since the thread went to sleep on it, and it sleeps on. */
function changeUnseen(evidence: Evidence, wait: Wait): LostWakeup | undefined {
  const now = evidence.valueAt(wait.buffer, wait.offset);
  if (now === undefined || now === wait.expected) return undefined;
  const { thread, expected } = wait;
  const details = [
    `${nameOf(evidence, wait)} has changed from ${expected} to ${now}, and thread ${thread} was not woken`,
  ];
  return { thread, details, cause: causeOfChange(evidence, wait, now) };
}

function causeOfChange(evidence: Evidence, wait: Wait, now: number): Cause | undefined {
  const { history, steps } = evidence;
  const change = history.changes(wait, wait.step).pop();
  // A plain write: nobody knows when it was.
  if (change === undefined || valueAfter(steps[change]) !== now) return undefined;
  for (let i = change + 1; i < steps.length; i++) {
    if (isNotifyOf(steps[i], wait) && history.wokenBy(i).length > 0) {
      return stolenWake(evidence, wait, change, i);
    }
  }
  return missingNotify(evidence, wait, change);
}

/** A notify of limited number woke another thread, which did not use what there was: the word has not changed since. */
function stolenWake(evidence: Evidence, wait: Wait, change: number, notify: number): Cause {
  const { history, steps, at } = evidence;
  const place = nameOf(evidence, wait);
  const takers = history.wokenBy(notify);
  const names = takers.map((taker) =>
    taker.thread === wait.thread ? 'its own waitAsync' : `thread ${taker.thread}`,
  );
  const sleepsAgain = (thread: number): boolean =>
    history.waits.some((one) => one.thread === thread && one.step > notify && overlap(one, wait));
  const again = takers.every((taker) => sleepsAgain(taker.thread)) ? ', which only went to sleep again,' : '';
  return {
    name: 'stolen wake',
    sentence:
      `thread ${steps[notify].thread}'s notify of ${place} at step ${notify}${at(notify)} woke ${list(names)}${again} and ` +
      `not thread ${wait.thread}, which sleeps since step ${wait.step}${at(wait.step)} because ${place} was ` +
      `${wait.expected}, although step ${change} changed that to ${valueAfter(steps[change])}`,
    steps: [wait.step, change, notify],
    threads: [...new Set([steps[notify].thread, ...takers.map((taker) => taker.thread), wait.thread])],
    places: [place],
  };
}

/** The word was changed, and nobody was told. */
function missingNotify(evidence: Evidence, wait: Wait, change: number): Cause {
  const { steps, at, blocked } = evidence;
  const place = nameOf(evidence, wait);
  const changer = steps[change].thread;
  const sleeps = blocked.some((one) => one.thread === changer)
    ? `, before thread ${changer} went to sleep, too`
    : '';
  return {
    name: 'missing notify',
    sentence:
      `thread ${changer} changed ${place} to ${valueAfter(steps[change])} at step ${change}${at(change)} and nobody ` +
      `notified it after that${sleeps}; thread ${wait.thread} sleeps on it since step ${wait.step}${at(wait.step)}`,
    steps: [wait.step, change],
    threads: [changer, wait.thread],
    places: [place],
  };
}

function isNotifyOf(step: Step, wait: Wait): boolean {
  return step.kind === KIND.NOTIFY && step.buffer === wait.buffer && step.offset === wait.offset;
}
