import type { Buffers } from '../../control/memory/buffers.ts';
import type { Asynchronous } from '../../control/thread/asynchronous.ts';
import type { Engine } from '../../control/thread/engine.ts';
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
import { FLAG, T, W } from '../../control/words/layout.ts';
import { KIND } from '../../control/words/operation.ts';

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
 * Replaces every method of `Atomics` by one that is a scheduling point. In place, so that whoever has the
 * `Atomics` object sees the new methods; before any module of the scenario is loaded, so that copies taken
 * at import (`const { load } = Atomics`) are the new ones too.
 */
export function patchAtomics(engine: Engine, buffers: Buffers, asynchronous: Asynchronous): void {
  const { words, layout } = engine;
  const block = layout.threads + engine.me * T.WORDS;

  /**
   * Announces an operation; false if it is none of ours: outside a schedule, on memory that is not shared,
   * or with arguments that the builtin will refuse.
   */
  function announce(kind: number, array: AnyArray, index: number, a: unknown, b: unknown): boolean {
    if (!engine.controlled || !ArrayBuffer.isView(array) || !(index >= 0 && index < array.length))
      return false;
    const buffer = buffers.id(array.buffer);
    if (buffer === -1) return false;
    const size = array.BYTES_PER_ELEMENT;
    engine.point(kind, buffer, array.byteOffset + index * size, size, lowOf(a), lowOf(b));
    if (size === 8) engine.pointHigh(highOf(a), highOf(b));
    return true;
  }

  function modify(kind: number, original: Modify): (array: AnyArray, index: number, value: never) => Value {
    // One closure for each operation, so that each call site in here sees one builtin only.
    return (array, index, value) => {
      if (!announce(kind, array, index, value, 0)) return original(array, index, value);
      engine.announceSpin(low(atomicLoad(array, index)));
      engine.yieldTurn();
      const before = original(array, index, value);
      const after = atomicLoad(array, index) as Value;
      engine.record(
        before === after ? 0 : FLAG.CHANGED,
        low(before),
        high(before) ^ Math.imul(high(after), 31),
      );
      return before;
    };
  }

  function load(array: AnyArray, index: number): Value {
    if (!announce(KIND.LOAD, array, index, 0, 0)) return atomicLoad(array, index);
    engine.announceSpin(low(atomicLoad(array, index)));
    engine.yieldTurn();
    const value = atomicLoad(array, index) as Value;
    engine.record(0, low(value), high(value));
    return value;
  }

  function store(array: AnyArray, index: number, value: never): Value {
    if (!announce(KIND.STORE, array, index, value, 0)) return atomicStore(array, index, value);
    const held = low(atomicLoad(array, index));
    engine.announceSpin(held);
    engine.yieldTurn();
    const before = atomicLoad(array, index) as Value;
    const stored = atomicStore(array, index, value) as Value;
    const after = atomicLoad(array, index) as Value;
    engine.record(
      before === after ? 0 : FLAG.CHANGED,
      low(before),
      high(before) ^ Math.imul(high(after), 31),
    );
    return stored;
  }

  function compareExchange(array: AnyArray, index: number, expected: never, replacement: never): Value {
    if (!announce(KIND.COMPARE_EXCHANGE, array, index, expected, replacement)) {
      return atomicCompareExchange(array, index, expected, replacement);
    }
    engine.announceSpin(low(atomicLoad(array, index)));
    engine.yieldTurn();
    const before = atomicCompareExchange(array, index, expected, replacement) as Value;
    const after = atomicLoad(array, index) as Value;
    engine.record(
      before === after ? 0 : FLAG.CHANGED,
      low(before),
      high(before) ^ Math.imul(high(after), 31),
    );
    return before;
  }

  function wait(array: AnyArray, index: number, value: never, timeout?: number): string {
    const milliseconds = timeout === undefined ? Number.POSITIVE_INFINITY : Number(timeout);
    const timed = milliseconds < Number.POSITIVE_INFINITY;
    if (!announce(KIND.WAIT, array, index, value, timed ? 1 : 0)) {
      return atomicWait(array, index, value, timeout);
    }
    engine.announceSpin(low(atomicLoad(array, index)));
    engine.yieldTurn();
    // The builtin compares, and refuses what it must, with a timeout of 0.
    const result = atomicWait(array, index, value, 0);
    if (result === 'not-equal') {
      engine.fruitlessWaits.missed(words[block + T.BUFFER], words[block + T.OFFSET], lowOf(value));
      engine.record(0, low(atomicLoad(array, index) as Value), 1);
      return 'not-equal';
    }
    if (timed && !(milliseconds > 0)) {
      engine.record(FLAG.TIMED_OUT, low(atomicLoad(array, index) as Value), 2);
      return 'timed-out';
    }
    const waiter = engine.waiters.add(milliseconds, lowOf(value), false);
    engine.record(FLAG.SLEPT, low(atomicLoad(array, index) as Value), 3);
    return sleep(waiter, timed, milliseconds);
  }

  /** The second half of a wait: coming back is a step of its own. */
  function sleep(waiter: number, timed: boolean, milliseconds: number): string {
    const { buffer, offset, size, expected } = engine.pending();
    const entry = layout.waiters + waiter * W.WORDS;
    // Without a timeout the step touches nothing: only the notify that enabled it comes before it. With one
    // it leaves the queue of its place, which a notify looks at.
    if (timed) engine.point(KIND.WAKE, buffer, offset, size, expected, 1);
    else engine.point(KIND.WAKE, -2 - engine.me, offset, 0, expected, 0);
    words[block + T.WAITER] = waiter + 1;
    engine.sleep.begin(words[entry + W.STATE] === 2, timed);
    engine.yieldTurn();
    words[block + T.WAITER] = 0;
    const notified = words[entry + W.STATE] === 2;
    engine.sleep.end(notified);
    words[entry + W.STATE] = 0;
    if (!notified) engine.clock.passTime(milliseconds);
    engine.record(notified ? FLAG.WOKE : FLAG.TIMED_OUT, notified ? 1 : 0, 0);
    return notified ? 'ok' : 'timed-out';
  }

  function notify(array: AnyArray, index: number, count?: number): number {
    const most = count === undefined ? Number.POSITIVE_INFINITY : Math.max(0, Math.trunc(Number(count)) || 0);
    if (!announce(KIND.NOTIFY, array, index, most > 0x7fff_ffff ? -1 : most, 0)) {
      return atomicNotify(array, index, count);
    }
    engine.yieldTurn();
    const woken = engine.waiters.notify(words[block + T.BUFFER], words[block + T.OFFSET], most);
    engine.notes.notified(words[block + T.BUFFER], words[block + T.OFFSET]);
    engine.record(woken > 0 ? FLAG.WOKE : 0, woken, 0);
    return woken;
  }

  function waitAsync(array: AnyArray, index: number, value: never, timeout?: number): unknown {
    const milliseconds = timeout === undefined ? Number.POSITIVE_INFINITY : Number(timeout);
    const timed = milliseconds < Number.POSITIVE_INFINITY;
    if (!announce(KIND.WAIT_ASYNC, array, index, value, timed ? 1 : 0)) {
      return originalWaitAsync?.(array, index, value, timeout);
    }
    engine.yieldTurn();
    if (atomicWait(array, index, value, 0) === 'not-equal') {
      engine.record(0, low(atomicLoad(array, index) as Value), 1);
      return { async: false, value: 'not-equal' };
    }
    if (timed && !(milliseconds > 0)) {
      engine.record(0, low(atomicLoad(array, index) as Value), 2);
      return { async: false, value: 'timed-out' };
    }
    const waiter = engine.waiters.add(milliseconds, lowOf(value), true);
    engine.record(FLAG.SLEPT, low(atomicLoad(array, index) as Value), 3);
    return { async: true, value: asynchronous.addWaiter(waiter, milliseconds) };
  }

  function pause(): void {
    if (!engine.controlled) return;
    engine.point(KIND.PAUSE, -2 - engine.me, 0, 0, 0, 0);
    engine.announceSpin(0);
    engine.yieldTurn();
    engine.record(0, 0, 0);
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
