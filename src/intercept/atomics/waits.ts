import type { InterceptHost } from '../../control/thread/interceptor.ts';
import { atomicLoad, atomicNotify, atomicWait } from '../../control/thread/originals.ts';
import { FLAG } from '../../control/words/layout.ts';
import { KIND, WAIT_NOT_EQUAL, WAIT_SLEPT, WAIT_TIMED_OUT } from '../../control/words/operation.ts';
import { ownPlace } from '../../control/words/place.ts';
import { type AnyArray, type AtomicStep, low, lowOf, type Value } from './step.ts';

/** The methods of `Atomics` that wait, and those that end a wait. Where the host has none, code under test sees none. */
export function waits({ engine, loop }: InterceptHost, { arrive }: AtomicStep): Record<string, unknown> {
  const originalWaitAsync = (Atomics as { waitAsync?: (...args: unknown[]) => unknown }).waitAsync;

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
    return { async: true, value: loop.addWaiter(waiter, milliseconds) };
  }

  function pause(): void {
    if (!engine.controlled) return;
    engine.arrive(KIND.PAUSE, ownPlace(engine.me), 0, 0, 0, 0, 0);
    engine.leave(0, 0, 0);
  }

  const replaced: Record<string, unknown> = { wait, notify };
  if (originalWaitAsync !== undefined) replaced.waitAsync = waitAsync;
  if ('pause' in Atomics) replaced.pause = pause;
  return replaced;
}
