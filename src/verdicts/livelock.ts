import { KIND } from '../control/words/operation.ts';
import { describeWait } from './blocked.ts';
import { type Evidence, list } from './evidence.ts';
import { type Cycle, eventKey, repetitionOf, spinning } from './repetition.ts';
import type { Diagnosis } from './verdict.ts';

/** Every thread that is not blocked repeats operations that change nothing. */
export function livelock(evidence: Evidence): Diagnosis {
  const { steps, blocked } = evidence;
  // The trace ends where all that could run had gone round often enough: who spins is known, and not only by its steps.
  const cycles = new Map([...spinning(steps)].filter(([thread]) => evidence.spinning.has(thread)));
  const details = [...cycles].map(([thread, cycle]) => repeats(evidence, thread, cycle));
  for (const wait of blocked) details.push(describeWait(evidence, wait));
  const names = list([...cycles.keys()]);
  const many = cycles.size > 1;
  return {
    verdict: 'livelock',
    message: `no progress: thread${many ? 's' : ''} ${names} spin${many ? '' : 's'} on memory that nobody is left to write`,
    details,
    thread: steps[steps.length - 1]?.thread ?? -1,
  };
}

/** A thread's cycle in a line. */
export function repeats({ labels }: Evidence, thread: number, { steps, times, otherValues }: Cycle): string {
  const shown = steps.slice(0, 6).map((step) => labels.step(step));
  const more = steps.length > shown.length ? `; ${steps.length - shown.length} more` : '';
  const values = otherValues ? ' with values that change' : '';
  const often = times > 1 ? ` x ${times.toLocaleString('en')}, a cycle of ${steps.length}${values}:` : '';
  return `thread ${thread} repeats${often} ${shown.join('; ')}${more}`;
}

/**
 * The schedule was long, its second half fair. If nothing new happens in the end it is a livelock; if some go
 * on and one only looks, that one starves; else it is merely long.
 */
export function stepLimit(evidence: Evidence): Diagnosis {
  const { steps } = evidence;
  const half = steps.slice(steps.length >> 1);
  const middle = half.length >> 1;
  const threads = [
    ...new Set(half.filter(({ kind }) => kind !== KIND.FAULT).map((step) => step.thread)),
  ].sort((x, y) => x - y);
  const before = new Set(half.slice(0, middle).map(eventKey));
  const repeating = half.slice(middle).every((step) => before.has(eventKey(step)));
  const idle = threads.filter(
    (thread) => !half.some((step) => step.thread === thread && (step.changed || step.woke)),
  );
  const details = threads.map((thread) => {
    return repeats(evidence, thread, repetitionOf(half.filter((step) => step.thread === thread)));
  });
  const thread = idle[0] ?? threads[0] ?? -1;
  if (idle.length > 0 && idle.length < threads.length) {
    return {
      verdict: 'starvation',
      message: `thread ${list(idle)} makes no progress in ${half.length} fairly scheduled steps while others do`,
      details,
      thread,
    };
  }
  if (repeating && half.length > 0) {
    return {
      verdict: 'livelock',
      message: `no progress: the same operations with the same values repeat for ${half.length} fairly scheduled steps`,
      details,
      thread,
    };
  }
  return {
    verdict: 'step-limit',
    message: `no end after ${steps.length} steps, the second half of them fairly scheduled`,
    details,
    thread,
  };
}
