import type { Buffers } from '../control/memory/buffers.ts';
import type { Labels } from '../control/memory/labels.ts';
import { int32At } from '../control/thread/originals.ts';
import { FLAG, H, type Layout, R, W } from '../control/words/layout.ts';
import { KIND } from '../control/words/operation.ts';
import { flagsOf, kindOf, threadOf } from '../control/words/record.ts';

/**
 * Nothing could run, and now the wait of `thread` times out. What would have hung without the timeout is said in a line:
 * often a lost wake-up that the timeout hides. Undefined where the thread only sleeps, on memory that is its own.
 */
export function savedByTimeout(
  words: Int32Array,
  layout: Layout,
  buffers: Buffers,
  labels: Labels,
  thread: number,
): string | undefined {
  const entry = waiterOf(words, layout, thread);
  if (entry < 0) return undefined;
  const buffer = words[entry + W.BUFFER];
  const offset = words[entry + W.OFFSET];
  const memory = buffers.bytes(buffer);
  if (memory === undefined) return undefined;
  const place = labels.place(buffer, offset);
  const now = int32At(memory, offset);
  const hides = '--timeouts never shows it as a failure';
  if (now !== words[entry + W.EXPECTED]) {
    return (
      `a lost wake-up is hidden by a timeout: nothing could run, and thread ${thread} slept on ${place}, ` +
      `which had changed without a notify that woke it (${hides})`
    );
  }
  if (notifiedInVain(words, layout, thread, buffer, offset)) {
    return (
      `a lost wake-up is hidden by a timeout: nothing could run, and thread ${thread} slept on ${place}, ` +
      `which had been notified before it slept (${hides})`
    );
  }
  return `only a timeout went on: nothing else could run, and thread ${thread} slept on ${place} (--timeouts never tells what hangs without it)`;
}

/** The entry of the thread's oldest wait, or -1. */
function waiterOf(words: Int32Array, layout: Layout, thread: number): number {
  for (let i = 0; i < words[H.WAITERS]; i++) {
    const w = layout.waiters + i * W.WORDS;
    if (words[w + W.STATE] === 1 && words[w + W.THREAD] === thread && words[w + W.TIMED] !== 0) return w;
  }
  return -1;
}

/** Did another thread notify the place in vain since this thread last came back from a wait on it? */
function notifiedInVain(
  words: Int32Array,
  layout: Layout,
  thread: number,
  buffer: number,
  offset: number,
): boolean {
  for (let step = words[H.STEP] - 1; step >= 0; step--) {
    const r = layout.trace + step * R.WORDS;
    const head = words[r];
    const kind = kindOf(head);
    const here = words[r + R.BUFFER] === buffer && words[r + R.OFFSET] === offset;
    if (threadOf(head) === thread && kind === KIND.WAKE && (flagsOf(head) & FLAG.WOKE) !== 0) return false;
    if (threadOf(head) !== thread && kind === KIND.NOTIFY && here && words[r + R.RESULT] === 0) return true;
  }
  return false;
}
