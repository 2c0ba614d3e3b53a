import { KIND } from '../../control/words/operation.ts';
import { type Evidence, hadEnded, nameOf } from '../evidence.ts';
import { overlap, sees, type Wait, writes } from '../history.ts';
import type { Cause } from './cause.ts';
import { holderOf, waitingFor } from './lock_order.ts';

/**
 * A notify that belongs to an earlier store ended a wait that began after that store: the word still held what was
 * waited on, and the woken thread went on all the same. A thread that looks again and waits again is not harmed.
 */
export function lateNotify(evidence: Evidence): Cause | undefined {
  const { history, steps } = evidence;
  for (const wait of history.waits) {
    if (wait.notify < 0 || wait.returned < 0) continue;
    const store = storeOf(evidence, wait);
    if (store < 0 || store > wait.step) continue;
    if (!history.steady(wait, wait.expected, wait.step, wait.returned)) continue;
    if (!wentOn(evidence, wait)) continue;
    const answer = history
      .changes(wait, store, wait.step)
      .find((i) => steps[i].thread !== steps[store].thread);
    return tell(evidence, wait, store, answer);
  }
  return undefined;
}

/** The store to the same word that the notify of a wait tells of; -1 if it may tell of something else. */
function storeOf({ history, steps }: Evidence, wait: Wait): number {
  const { thread } = steps[wait.notify];
  if (thread === wait.thread) return -1;
  const own = history.last(wait.notify, (step) => {
    if (step.thread !== thread) return false;
    // Another notify, or a look at the word by sleeping on it, in between: the notify was decided on later.
    const other = step.kind === KIND.NOTIFY || step.kind === KIND.WAIT || step.kind === KIND.WAIT_ASYNC;
    return overlap(step, wait) && (writes(step) || other);
  });
  return own >= 0 && writes(steps[own]) ? own : -1;
}

/**
 * Whether the thread went on although it was woken for nothing: it did not wait again, and nothing that it looked at had
 * changed since it went to sleep.
 */
function wentOn(evidence: Evidence, wait: Wait): boolean {
  const { history, steps } = evidence;
  for (let i = wait.returned + 1; i < steps.length; i++) {
    const step = steps[i];
    if (step.thread !== wait.thread) continue;
    if (overlap(step, wait)) {
      if (step.kind === KIND.WAIT || step.kind === KIND.WAIT_ASYNC) return false;
      if (step.kind === KIND.STORE) return true;
      if (!sees(step)) continue;
      if (step.result !== wait.expected) return false;
      if (step.changed) return true;
    } else if (sees(step)) {
      const then = history.valueAt(step, wait.step);
      if (then === undefined || then !== step.result) return false;
    }
  }
  return hadEnded(evidence, wait.thread) || isStuckElsewhere(evidence, wait);
}

/** The thread waits for ever for something else, which is no lock on the way back to what it slept on. */
function isStuckElsewhere(evidence: Evidence, wait: Wait): boolean {
  const place = waitingFor(evidence).get(wait.thread);
  return place !== undefined && !overlap(place, wait) && holderOf(evidence, place) === undefined;
}

function tell(evidence: Evidence, wait: Wait, store: number, answer: number | undefined): Cause {
  const { steps, at } = evidence;
  const place = nameOf(evidence, wait);
  const notifier = steps[wait.notify].thread;
  const began =
    answer === undefined
      ? 'which began after that store'
      : `which began after that store was answered (by thread ${steps[answer].thread} at step ${answer})`;
  return {
    name: 'late notify',
    sentence:
      `thread ${notifier}'s notify of ${place} at step ${wait.notify}${at(wait.notify)} belonged to its store at step ` +
      `${store}${at(store)}, but woke thread ${wait.thread}'s wait of step ${wait.step}${at(wait.step)}, ${began}; ` +
      `${place} still held ${wait.expected}, the value waited on`,
    steps: [store, ...(answer === undefined ? [] : [answer]), wait.step, wait.notify, wait.returned],
    threads: [notifier, wait.thread],
    places: [place],
  };
}
