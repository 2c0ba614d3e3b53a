import type { InterceptHost } from '../../control/thread/interceptor.ts';
import { atomicLoad } from '../../control/thread/originals.ts';
import { FLAG } from '../../control/words/layout.ts';

export type Value = number | bigint;
// The builtins' types allow one element type at a time; the patched functions pass through what they get.
export type AnyArray = Int32Array;
/** The lower 32 bits of a value. */
export function low(value: Value): number {
  return typeof value === 'number' ? value | 0 : Number(BigInt.asIntN(32, value));
}

/** What the lower 32 bits leave out, hashed; 0 for all but 64-bit arrays. */
export function high(value: Value): number {
  return typeof value === 'number' ? 0 : Number(BigInt.asIntN(32, value >> 32n));
}

export function lowOf(value: unknown): number {
  return typeof value === 'number' ? value | 0 : typeof value === 'bigint' ? low(value) : Number(value) | 0;
}

function highOf(value: unknown): number {
  return typeof value === 'bigint' ? high(value) : 0;
}

/** How an operation of `Atomics` becomes a step. */
export interface AtomicStep {
  /**
   * Arrives at an operation; false if it is not to be controlled: outside a schedule, on memory that is not shared,
   * or with arguments that the builtin will refuse.
   */
  arrive(kind: number, array: AnyArray, index: number, a: unknown, b: unknown): boolean;
  /** Leaves an operation that wrote; `before` and `after` are the word's values. */
  leaveWrite(before: Value, after: Value): void;
  /** Leaves a compare-exchange, likewise. */
  leaveCompareExchange(array: AnyArray, expected: unknown, before: Value, after: Value): void;
}

export function atomicStep({ engine, buffers }: InterceptHost): AtomicStep {
  function leave(flags: number, before: Value, after: Value): void {
    engine.leave(flags, low(before), high(before) ^ Math.imul(high(after), 31));
  }

  return {
    arrive(kind, array, index, a, b) {
      if (!engine.controlled || !ArrayBuffer.isView(array) || !(index >= 0 && index < array.length))
        return false;
      const buffer = buffers.id(array.buffer);
      if (buffer === -1) return false;
      const size = array.BYTES_PER_ELEMENT;
      if (size === 8) engine.setHigh(highOf(a), highOf(b));
      const now = low(atomicLoad(array, index));
      engine.arrive(kind, buffer, array.byteOffset + index * size, size, lowOf(a), lowOf(b), now);
      return true;
    },
    leaveWrite(before, after) {
      leave(before === after ? FLAG.WROTE : FLAG.WROTE | FLAG.CHANGED, before, after);
    },
    leaveCompareExchange(array, expected, before, after) {
      const found = before !== after || isEqual(array, expected, before);
      leave(before === after ? (found ? FLAG.WROTE : 0) : FLAG.WROTE | FLAG.CHANGED, before, after);
    },
  };
}

/** Whether a word held what was given, once that is of the array's type. */
function isEqual(array: AnyArray, given: unknown, held: Value): boolean {
  const unused = 32 - 8 * array.BYTES_PER_ELEMENT;
  if (unused > 0) return lowOf(given) << unused === low(held) << unused;
  return lowOf(given) === low(held) && highOf(given) === high(held);
}
