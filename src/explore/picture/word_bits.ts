import { KIND, wordAfter } from '../../control/words/operation.ts';
import { isMemory } from '../../control/words/place.ts';
import type { Step } from '../../control/words/trace.ts';
import { sees, writes } from '../../verdicts/history.ts';

/** Bits of a word, at most the lower 32 that a step records. */
function widthOf({ size }: Pick<Step, 'size'>): number {
  return Math.min(32, size * 8);
}

function truncate(value: number, step: Pick<Step, 'size'>): number {
  const width = widthOf(step);
  return width === 32 ? value >>> 0 : value & ((1 << width) - 1);
}

/** The step reads or writes a word: what it held before is known. */
export function touches(step: Step): boolean {
  return isMemory(step.buffer) && step.size > 0 && (sees(step) || writes(step));
}

/** What the word of a step that touches one held before it: its lower 32 bits, or all of a narrower one, without a sign. */
export function valueBefore(step: Step): number {
  return truncate(step.result, step);
}

/** What it holds after it, likewise. Every operation but a compareExchange gives its lower bits by the lower bits alone. */
export function valueAfter(step: Step): number {
  return truncate(wordAfter(step.kind, step), step);
}

/** The inverse of 31 modulo 2^32. */
const INVERSE_31 = 0xbdef_7bdf;

/** The upper halves of a word of 64 bits before and after a step. */
interface Halves {
  before: number | undefined;
  after: number | undefined;
}

/**
 * The upper halves of one word of 64 bits before and after each of the steps that touch it.
 *
 * A load records its upper half. A write records a hash of the two, so that either follows from the other; and between two
 * steps the word stays as it is, unless the lower half shows that something else wrote it, or a step of another size did.
 * Where what follows from two sides differs, something else wrote the upper half alone: nothing is said then.
 *
 * @param steps those that touch the word, in order
 * @param linked whether the word surely stayed as it was between `steps[i - 1]` and `steps[i]`; for `i` = 0 unused
 * @param end what the word held at the end of the schedule, if nothing wrote it after the last of the steps
 */
export function upperHalves(
  steps: readonly Step[],
  linked: (i: number) => boolean,
  end: number | undefined,
): readonly Readonly<Halves>[] {
  const halves = steps.map(seen);
  let contradiction = false;
  const learn = (i: number, side: keyof Halves, value: number | undefined): void => {
    if (value === undefined) return;
    const known = halves[i][side];
    if (known === undefined) halves[i][side] = value;
    else if (known !== value) contradiction = true;
  };
  for (let i = 0; i < steps.length; i++) {
    if (i > 0 && linked(i)) learn(i, 'before', halves[i - 1].after);
    learn(i, 'after', afterFrom(steps[i], halves[i].before));
  }
  const last = steps.length - 1;
  if (last >= 0) learn(last, 'after', end);
  for (let i = last; i >= 0; i--) {
    learn(i, 'before', beforeFrom(steps[i], halves[i].after));
    if (i > 0 && linked(i)) learn(i - 1, 'after', halves[i].before);
  }
  return contradiction ? steps.map(seen) : halves;
}

/** What the step tells by itself. */
function seen({ kind, high }: Step): Halves {
  return kind === KIND.LOAD || kind === KIND.READ
    ? { before: high, after: high }
    : { before: undefined, after: undefined };
}

function keeps({ changed }: Step): boolean {
  return !changed;
}

function afterFrom(step: Step, before: number | undefined): number | undefined {
  if (before === undefined || keeps(step)) return before;
  return Math.imul(step.high ^ before, INVERSE_31);
}

function beforeFrom(step: Step, after: number | undefined): number | undefined {
  if (after === undefined || keeps(step)) return after;
  return step.high ^ Math.imul(after, 31);
}
