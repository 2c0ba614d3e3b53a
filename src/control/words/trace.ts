import { isLane } from './fault.ts';
import { FLAG, H, type Layout, R, T, W, WAITER_GONE } from './layout.ts';
import { KIND, KIND_NAMES } from './operation.ts';
import { flagsOf, kindOf, sizeOf, threadOf } from './record.ts';

/** One executed step. */
export interface Step {
  /** The nemesis is one thread more than there are. */
  readonly thread: number;
  /** What a schedule holds for it: its thread, or the lane of the nemesis. */
  readonly actor: number;
  /** Name of the operation: `load`, `compareExchange`, ... */
  readonly operation: string;
  readonly kind: number;
  readonly buffer: number;
  readonly offset: number;
  readonly size: number;
  /** The step that enabled this one: the notify, the write, the message; -1 where there is none. */
  readonly by: number;
  /** Operands and result, their lower 32 bits. For `wake`: result 1 is notified, 0 timed out. */
  readonly a: number;
  readonly b: number;
  readonly result: number;
  /**
   * Of a step of 64 bits: what `result` leaves out of a load, and of a write a hash of the upper halves before and after,
   * `before ^ 31 * after`; a wait has a code instead.
   */
  readonly high: number;
  readonly changed: boolean;
  readonly slept: boolean;
  readonly timedOut: boolean;
  readonly woke: boolean;
  /** It wrote, whatever it left. */
  readonly wrote: boolean;
  /** The thread before could have gone on. */
  readonly preempts: boolean;
}

/** The choices among events in a trace that were not the first, as thread, number of its event, choice, and so on. */
export function eventsOf(steps: readonly Step[]): number[] {
  return steps.flatMap(({ kind, thread, a, b }) =>
    (kind === KIND.DELIVER || kind === KIND.IDLE) && b > 0 ? [thread, a, b] : [],
  );
}

/** A thread that was asleep when nobody could run. */
export interface BlockedThread {
  readonly thread: number;
  readonly buffer: number;
  readonly offset: number;
  readonly expected: number;
  /** Step of the wait. */
  readonly step: number;
  readonly asynchronous: boolean;
}

export function readTrace(words: Int32Array, layout: Layout): Step[] {
  return Array.from({ length: words[H.STEP] }, (_, index) => readStep(words, layout, index));
}

/** The step with that index in the trace. */
export function readStep(words: Int32Array, layout: Layout, index: number): Step {
  const r = layout.trace + index * R.WORDS;
  const head = words[r];
  const kind = kindOf(head);
  const flags = flagsOf(head);
  const actor = threadOf(head);
  return {
    thread: isLane(words, actor) ? words[H.THREADS] : actor,
    actor,
    operation: KIND_NAMES[kind],
    kind,
    buffer: words[r + R.BUFFER],
    offset: words[r + R.OFFSET],
    size: sizeOf(head),
    by: words[r + R.BY],
    a: words[r + R.A],
    b: words[r + R.B],
    result: words[r + R.RESULT],
    high: words[r + R.HIGH],
    changed: (flags & FLAG.CHANGED) !== 0,
    slept: (flags & FLAG.SLEPT) !== 0,
    timedOut: (flags & FLAG.TIMED_OUT) !== 0,
    woke: (flags & FLAG.WOKE) !== 0,
    wrote: (flags & FLAG.WROTE) !== 0,
    preempts: (flags & FLAG.PREEMPTS) !== 0,
  };
}

/**
 * Hash of the events of the trace: of every step's thread, operation, place, operands and result. 64 bits as
 * 16 hexadecimal digits (two FNV-1a streams with different offsets).
 */
export function eventHash(words: Int32Array, layout: Layout): string {
  let low = 0x811c_9dc5;
  let high = 0x2b5f_3d71;
  for (let step = 0; step < words[H.STEP]; step++) {
    const r = layout.trace + step * R.WORDS;
    for (let i = 0; i < R.BY; i++) {
      // Whether a thread was held or preempted another says something about the search, not about the event; that it wrote is
      // said by the values.
      const word = i === R.HEAD ? words[r] & ~((FLAG.HELD | FLAG.PREEMPTS | FLAG.WROTE) << 24) : words[r + i];
      low = Math.imul(low ^ word, 0x0100_0193);
      low ^= low >>> 15;
      high = Math.imul(high ^ word, 0x85eb_ca6b) ^ (high >>> 13);
    }
  }
  return (low >>> 0).toString(16).padStart(8, '0') + (high >>> 0).toString(16).padStart(8, '0');
}

export function readBlocked(words: Int32Array, layout: Layout): BlockedThread[] {
  return readWaiters(words, layout, 1);
}

/** What threads awaited that ended before it came. */
export function readGone(words: Int32Array, layout: Layout): BlockedThread[] {
  return readWaiters(words, layout, WAITER_GONE);
}

function readWaiters(words: Int32Array, layout: Layout, state: number): BlockedThread[] {
  const blocked: BlockedThread[] = [];
  for (let i = 0; i < words[H.WAITERS]; i++) {
    const w = layout.waiters + i * W.WORDS;
    if (words[w + W.STATE] !== state) continue;
    blocked.push({
      thread: words[w + W.THREAD],
      buffer: words[w + W.BUFFER],
      offset: words[w + W.OFFSET],
      expected: words[w + W.EXPECTED],
      step: words[w + W.STEP],
      asynchronous: words[w + W.ASYNC] !== 0,
    });
  }
  return blocked.sort((x, y) => x.thread - y.thread);
}

/** Timers that a thread had set when the schedule ended, and that had not run. */
export function readTimers(words: Int32Array, layout: Layout, thread: number): number {
  return words[layout.threads + thread * T.WORDS + T.TIMERS];
}
