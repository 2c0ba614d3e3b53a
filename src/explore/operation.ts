/**
 * The operations that are scheduling points, and when two of them depend on one another.
 *
 * Dependence is by kind and place, not by value: a compare-exchange counts as a write even when it fails.
 * This keeps it valid in every state, which is what partial-order reduction needs.
 */
import { H, type Layout, R, T } from './layout.ts';

export const KIND = {
  NONE: 0,
  START: 1,
  LOAD: 2,
  STORE: 3,
  ADD: 4,
  SUB: 5,
  AND: 6,
  OR: 7,
  XOR: 8,
  EXCHANGE: 9,
  COMPARE_EXCHANGE: 10,
  WAIT: 11,
  /** Coming back from Atomics.wait: notified, or timed out. */
  WAKE: 12,
  NOTIFY: 13,
  WAIT_ASYNC: 14,
  /** An asynchronous thread with nothing to do until a waitAsync or a timer of its own fires. */
  IDLE: 15,
  PAUSE: 16,
} as const;

export const KIND_NAMES: readonly string[] = [
  'none',
  'start',
  'load',
  'store',
  'add',
  'sub',
  'and',
  'or',
  'xor',
  'exchange',
  'compareExchange',
  'wait',
  'wake',
  'notify',
  'waitAsync',
  'idle',
  'pause',
];

const READS = 1;
const WRITES = 2;
/** Touches the queue of waiters of its address. */
const QUEUES = 4;

/** What an operation of each kind does to its place. */
const EFFECT = Int32Array.from([
  0,
  0,
  READS,
  WRITES,
  READS | WRITES,
  READS | WRITES,
  READS | WRITES,
  READS | WRITES,
  READS | WRITES,
  READS | WRITES,
  READS | WRITES,
  READS | QUEUES,
  QUEUES,
  QUEUES,
  READS | QUEUES,
  0,
  0,
]);

/** True if an operation of this kind may write memory. */
export function writes(kind: number): boolean {
  return (EFFECT[kind] & WRITES) !== 0;
}

/**
 * True if two operations of different threads depend on one another: exchanging two neighbours that do not
 * leads to the same state. `writesDepend` makes all writes dependent, for scenarios with an invariant, which
 * sees the states between.
 */
export function dependent(
  kindA: number,
  bufferA: number,
  offsetA: number,
  sizeA: number,
  kindB: number,
  bufferB: number,
  offsetB: number,
  sizeB: number,
  writesDepend: boolean,
): boolean {
  const effectA = EFFECT[kindA];
  const effectB = EFFECT[kindB];
  if (writesDepend && (effectA & effectB & WRITES) !== 0) return true;
  if (bufferA !== bufferB) return false;
  if (offsetA + sizeA <= offsetB || offsetB + sizeB <= offsetA) return false;
  if ((effectA & effectB & QUEUES) !== 0) return true;
  return (
    ((effectA & WRITES) !== 0 && (effectB & (READS | WRITES)) !== 0) ||
    ((effectB & WRITES) !== 0 && (effectA & (READS | WRITES)) !== 0)
  );
}

/** Does the pending operation of `thread` depend on the executed step? */
export function pendingDependsOn(words: Int32Array, layout: Layout, thread: number, step: number): boolean {
  const t = layout.threads + thread * T.WORDS;
  const r = layout.trace + step * R.WORDS;
  const head = words[r + R.HEAD];
  return dependent(
    words[t + T.KIND],
    words[t + T.BUFFER],
    words[t + T.OFFSET],
    words[t + T.SIZE],
    (head >>> 8) & 0xff,
    words[r + R.BUFFER],
    words[r + R.OFFSET],
    (head >>> 16) & 0xff,
    words[H.WRITES_DEPEND] !== 0,
  );
}

/** Do two executed steps depend on one another? Steps of the same thread always do. */
export function stepsDepend(words: Int32Array, layout: Layout, first: number, second: number): boolean {
  const a = layout.trace + first * R.WORDS;
  const b = layout.trace + second * R.WORDS;
  const headA = words[a + R.HEAD];
  const headB = words[b + R.HEAD];
  if ((headA & 0xff) === (headB & 0xff)) return true;
  return dependent(
    (headA >>> 8) & 0xff,
    words[a + R.BUFFER],
    words[a + R.OFFSET],
    (headA >>> 16) & 0xff,
    (headB >>> 8) & 0xff,
    words[b + R.BUFFER],
    words[b + R.OFFSET],
    (headB >>> 16) & 0xff,
    words[H.WRITES_DEPEND] !== 0,
  );
}
