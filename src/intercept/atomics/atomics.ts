import type { InterceptHost, Interceptor } from '../../control/thread/interceptor.ts';
import {
  atomicAdd,
  atomicAnd,
  atomicCompareExchange,
  atomicExchange,
  atomicLoad,
  atomicNotify,
  atomicOr,
  atomicStore,
  atomicSub,
  atomicWait,
  atomicXor,
} from '../../control/thread/originals.ts';
import { FLAG } from '../../control/words/layout.ts';
import { KIND, WAIT_NOT_EQUAL, WAIT_SLEPT, WAIT_TIMED_OUT } from '../../control/words/operation.ts';
import { ownPlace } from '../../control/words/place.ts';

type Value = number | bigint;
// The builtins' types allow one element type at a time; the patched functions pass through what they get.
type AnyArray = Int32Array;
type Modify = (array: AnyArray, index: number, value: never) => Value;

/** The lower 32 bits of a value. */
function low(value: Value): number {
  return typeof value === 'number' ? value | 0 : Number(BigInt.asIntN(32, value));
}

/** What the lower 32 bits leave out, hashed; 0 for all but 64-bit arrays. */
function high(value: Value): number {
  return typeof value === 'number' ? 0 : Number(BigInt.asIntN(32, value >> 32n));
}

function lowOf(value: unknown): number {
  return typeof value === 'number' ? value | 0 : typeof value === 'bigint' ? low(value) : Number(value) | 0;
}

function highOf(value: unknown): number {
  return typeof value === 'bigint' ? high(value) : 0;
}

/**
 * Replaces every method of `Atomics` by one that is a scheduling point. In place, so that everyone who has the
 * `Atomics` object sees the new methods; before any module of the scenario is loaded, so that copies taken
 * at import (`const { load } = Atomics`) are the new ones too.
 */
export const atomics: Interceptor = { name: 'atomics', install };

function install({ engine, buffers, asynchronous }: InterceptHost): undefined {
  /**
   * Arrives at an operation; false if it is not to be controlled: outside a schedule, on memory that is not shared,
   * or with arguments that the builtin will refuse.
   */
  function arrive(kind: number, array: AnyArray, index: number, a: unknown, b: unknown): boolean {
    if (!engine.controlled || !ArrayBuffer.isView(array) || !(index >= 0 && index < array.length))
      return false;
    const buffer = buffers.id(array.buffer);
    if (buffer === -1) return false;
    const size = array.BYTES_PER_ELEMENT;
    if (size === 8) engine.setHigh(highOf(a), highOf(b));
    const now = low(atomicLoad(array, index));
    engine.arrive(kind, buffer, array.byteOffset + index * size, size, lowOf(a), lowOf(b), now);
    return true;
  }

  /** Leaves an operation that may have written; `before` and `after` are the word's values. */
  function leaveWrite(before: Value, after: Value): void {
    const hash = high(before) ^ Math.imul(high(after), 31);
    engine.leave(before === after ? 0 : FLAG.CHANGED, low(before), hash);
  }

  function modify(kind: number, original: Modify): (array: AnyArray, index: number, value: never) => Value {
    // One closure for each operation, so that each call site in here sees one builtin only.
    return (array, index, value) => {
      if (!arrive(kind, array, index, value, 0)) return original(array, index, value);
      const before = original(array, index, value);
      const after = atomicLoad(array, index) as Value;
      leaveWrite(before, after);
      return before;
    };
  }

  function load(array: AnyArray, index: number): Value {
    if (!arrive(KIND.LOAD, array, index, 0, 0)) return atomicLoad(array, index);
    const value = atomicLoad(array, index) as Value;
    engine.leave(0, low(value), high(value));
    return value;
  }

  function store(array: AnyArray, index: number, value: never): Value {
    if (!arrive(KIND.STORE, array, index, value, 0)) return atomicStore(array, index, value);
    const before = atomicLoad(array, index) as Value;
    const stored = atomicStore(array, index, value) as Value;
    const after = atomicLoad(array, index) as Value;
    leaveWrite(before, after);
    return stored;
  }

  function compareExchange(array: AnyArray, index: number, expected: never, replacement: never): Value {
    if (!arrive(KIND.COMPARE_EXCHANGE, array, index, expected, replacement)) {
      return atomicCompareExchange(array, index, expected, replacement);
    }
    const before = atomicCompareExchange(array, index, expected, replacement) as Value;
    const after = atomicLoad(array, index) as Value;
    leaveWrite(before, after);
    return before;
  }

  function wait(array: AnyArray, index: number, value: never, timeout?: number): string {
    const milliseconds = timeout === undefined ? Number.POSITIVE_INFINITY : Number(timeout);
    const timed = milliseconds < Number.POSITIVE_INFINITY;
    if (!arrive(KIND.WAIT, array, index, value, timed ? 1 : 0)) {
      return atomicWait(array, index, value, timeout);
    }
    // The builtin compares, and refuses what it must, with a timeout of 0.
    const result = atomicWait(array, index, value, 0);
    if (result === 'not-equal') {
      engine.leave(0, low(atomicLoad(array, index) as Value), WAIT_NOT_EQUAL);
      return 'not-equal';
    }
    if (timed && !(milliseconds > 0)) {
      engine.leave(FLAG.TIMED_OUT, low(atomicLoad(array, index) as Value), WAIT_TIMED_OUT);
      return 'timed-out';
    }
    const now = low(atomicLoad(array, index) as Value);
    return engine.sleep.wait(milliseconds, lowOf(value), now) ? 'ok' : 'timed-out';
  }

  function notify(array: AnyArray, index: number, count?: number): number {
    const most = count === undefined ? Number.POSITIVE_INFINITY : Math.max(0, Math.trunc(Number(count)) || 0);
    if (!arrive(KIND.NOTIFY, array, index, most > 0x7fff_ffff ? -1 : most, 0)) {
      return atomicNotify(array, index, count);
    }
    const woken = engine.waiters.notify(most);
    engine.leave(woken > 0 ? FLAG.WOKE : 0, woken, 0);
    return woken;
  }

  function waitAsync(array: AnyArray, index: number, value: never, timeout?: number): unknown {
    const milliseconds = timeout === undefined ? Number.POSITIVE_INFINITY : Number(timeout);
    const timed = milliseconds < Number.POSITIVE_INFINITY;
    if (!arrive(KIND.WAIT_ASYNC, array, index, value, timed ? 1 : 0)) {
      return originalWaitAsync?.(array, index, value, timeout);
    }
    if (atomicWait(array, index, value, 0) === 'not-equal') {
      engine.leave(0, low(atomicLoad(array, index) as Value), WAIT_NOT_EQUAL);
      return { async: false, value: 'not-equal' };
    }
    if (timed && !(milliseconds > 0)) {
      engine.leave(0, low(atomicLoad(array, index) as Value), WAIT_TIMED_OUT);
      return { async: false, value: 'timed-out' };
    }
    const waiter = engine.waiters.add(milliseconds, lowOf(value), true);
    engine.leave(FLAG.SLEPT, low(atomicLoad(array, index) as Value), WAIT_SLEPT);
    return { async: true, value: asynchronous.addWaiter(waiter, milliseconds) };
  }

  function pause(): void {
    if (!engine.controlled) return;
    engine.arrive(KIND.PAUSE, ownPlace(engine.me), 0, 0, 0, 0, 0);
    engine.leave(0, 0, 0);
  }

  const originalWaitAsync = (Atomics as { waitAsync?: (...args: unknown[]) => unknown }).waitAsync;
  const replaced: Record<string, unknown> = {
    load,
    store,
    add: modify(KIND.ADD, atomicAdd as Modify),
    sub: modify(KIND.SUB, atomicSub as Modify),
    and: modify(KIND.AND, atomicAnd as Modify),
    or: modify(KIND.OR, atomicOr as Modify),
    xor: modify(KIND.XOR, atomicXor as Modify),
    exchange: modify(KIND.EXCHANGE, atomicExchange as Modify),
    compareExchange,
    wait,
    notify,
  };
  if (originalWaitAsync !== undefined) replaced.waitAsync = waitAsync;
  // Where the host has no pause, code under test must not see one either.
  if ('pause' in Atomics) replaced.pause = pause;
  for (const [name, value] of Object.entries(replaced)) {
    Object.defineProperty(Atomics, name, { value, writable: true, configurable: true });
  }
}
