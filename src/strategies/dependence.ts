/**
 * When two operations depend on one another: when exchanging them, where they are neighbours, may make a difference.
 *
 * It is decided by what they did, not only by what they are. On one and the same place, two operations that left
 * memory as it was (loads, compare-exchanges that failed, stores of the value already there) are independent, and so
 * are two notifies that woke nobody, and two waits of which one did not sleep. Partial-order reduction is sound with
 * such a relation if it is a valid happens-before assignment (Abdulla et al., POPL 2014, definition 3.1). The property
 * that is easily lost is the last: if r depends on p, and q in between does not, r still depends on p. Hence:
 *
 * - What an operation does may be taken from its values only where both have *the same extent*: whatever q changes
 *   within r's place it then also changes within p's, and so depends on p. Where they overlap in part, a store into
 *   the other part would turn r into a read, so there every operation that may write counts as a write.
 * - A wait that did not sleep still depends on every notify: a store, on which no notify depends, may be why.
 */

import type { TakesEffect } from '../control/thread/strategy.ts';
import { isLane } from '../control/words/fault.ts';
import { FLAG, H, type Layout, R, T } from '../control/words/layout.ts';
import { EFFECT, ENTERS, LEAVES, READS, WAKES, WRITES } from '../control/words/operation.ts';
import { ANYWHERE, portOf } from '../control/words/place.ts';
import { flagsOf, kindOf, sizeOf, threadOf } from '../control/words/record.ts';
import { faultsDepend, pendingFaultDepends } from './fault_dependence.ts';

const ACCESSES = READS | WRITES;

/** Flags of a step that changed memory, went to sleep or woke a thread. */
const TOOK_EFFECT = FLAG.CHANGED | FLAG.SLEPT | FLAG.WOKE;

/** Where data races are looked for, a store of the value already there has an effect: a load that reads it synchronises. */
function effectFlags(words: Int32Array): number {
  return words[H.RACES] === 0 ? TOOK_EFFECT : TOOK_EFFECT | FLAG.WROTE;
}

/**
 * Do two operations of different threads depend on one another? Each is given by what its kind may do, and whether
 * it `took` effect: changed memory, slept, woke. `writesDepend` makes all changes dependent, for scenarios with an
 * invariant, which sees the states between.
 */
function conflict(
  a: number,
  tookA: boolean,
  b: number,
  tookB: boolean,
  overlap: boolean,
  same: boolean,
  writesDepend: boolean,
): boolean {
  const either = a | b;
  const both = a & b;
  if (writesDepend && (both & WRITES) !== 0 && tookA && tookB) return true;
  if (!overlap) return false;
  if ((either & WRITES) !== 0 && (a & ACCESSES) !== 0 && (b & ACCESSES) !== 0) {
    if (!same || (tookA && (a & WRITES) !== 0) || (tookB && (b & WRITES) !== 0)) return true;
  }
  if ((both & WAKES) !== 0) return !same || tookA || tookB;
  if ((either & WAKES) !== 0) return (either & (ENTERS | LEAVES)) !== 0;
  return (both & ENTERS) !== 0 && (!same || (tookA && tookB));
}

function overlaps(
  bufferA: number,
  offsetA: number,
  sizeA: number,
  bufferB: number,
  offsetB: number,
  sizeB: number,
): boolean {
  if (bufferA === ANYWHERE || bufferB === ANYWHERE) return true;
  if (bufferA === bufferB && portOf(bufferA) >= 0) return true;
  return bufferA === bufferB && offsetA < offsetB + sizeB && offsetB < offsetA + sizeA;
}

/** Do two executed steps depend on one another? Steps of the same thread always do. */
export function stepsDepend(words: Int32Array, layout: Layout, first: number, second: number): boolean {
  const a = layout.trace + first * R.WORDS;
  const b = layout.trace + second * R.WORDS;
  const headA = words[a + R.HEAD];
  const headB = words[b + R.HEAD];
  if (threadOf(headA) === threadOf(headB)) return true;
  if (isLane(words, threadOf(headA) | threadOf(headB))) return faultsDepend(words, a, b);
  const sizeA = sizeOf(headA);
  const sizeB = sizeOf(headB);
  const offsetA = words[a + R.OFFSET];
  const offsetB = words[b + R.OFFSET];
  const took = effectFlags(words);
  return conflict(
    EFFECT[kindOf(headA)],
    (flagsOf(headA) & took) !== 0,
    EFFECT[kindOf(headB)],
    (flagsOf(headB) & took) !== 0,
    overlaps(words[a + R.BUFFER], offsetA, sizeA, words[b + R.BUFFER], offsetB, sizeB),
    offsetA === offsetB && sizeA === sizeB,
    words[H.WRITES_DEPEND] !== 0,
  );
}

/**
 * Does the pending operation of `thread` depend on the step just executed? Where that turns on what the operation
 * would do, it is asked: if the step left its place as it was, it would do the same now as before the step.
 */
export function pendingDependsOn(
  words: Int32Array,
  layout: Layout,
  thread: number,
  step: number,
  takesEffect: TakesEffect,
): boolean {
  const t = layout.threads + thread * T.WORDS;
  const r = layout.trace + step * R.WORDS;
  const head = words[r + R.HEAD];
  if (isLane(words, thread | threadOf(head))) return pendingFaultDepends(words, layout, thread, r);
  const effect = EFFECT[words[t + T.KIND]];
  const stepEffect = EFFECT[kindOf(head)];
  const took = (flagsOf(head) & effectFlags(words)) !== 0;
  const offset = words[t + T.OFFSET];
  const size = words[t + T.SIZE];
  const stepOffset = words[r + R.OFFSET];
  const stepSize = sizeOf(head);
  const overlap = overlaps(words[t + T.BUFFER], offset, size, words[r + R.BUFFER], stepOffset, stepSize);
  const same = offset === stepOffset && size === stepSize;
  const writesDepend = words[H.WRITES_DEPEND] !== 0;
  if (!conflict(effect, true, stepEffect, took, overlap, same, writesDepend)) return false;
  return conflict(effect, false, stepEffect, took, overlap, same, writesDepend) || takesEffect(thread);
}
