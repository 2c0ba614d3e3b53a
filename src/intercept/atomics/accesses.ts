import type { InterceptHost } from '../../control/thread/interceptor.ts';
import {
  atomicAdd,
  atomicAnd,
  atomicCompareExchange,
  atomicExchange,
  atomicLoad,
  atomicOr,
  atomicStore,
  atomicSub,
  atomicXor,
} from '../../control/thread/originals.ts';
import { KIND } from '../../control/words/operation.ts';
import { type AnyArray, type AtomicStep, high, low, type Value } from './step.ts';

type Modify = (array: AnyArray, index: number, value: never) => Value;

/** The methods of `Atomics` that read or write a word. */
export function accesses(
  { engine }: InterceptHost,
  { arrive, leaveWrite, leaveCompareExchange }: AtomicStep,
): Record<string, unknown> {
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
    leaveCompareExchange(array, expected, before, after);
    return before;
  }

  return {
    load,
    store,
    add: modify(KIND.ADD, atomicAdd as Modify),
    sub: modify(KIND.SUB, atomicSub as Modify),
    and: modify(KIND.AND, atomicAnd as Modify),
    or: modify(KIND.OR, atomicOr as Modify),
    xor: modify(KIND.XOR, atomicXor as Modify),
    exchange: modify(KIND.EXCHANGE, atomicExchange as Modify),
    compareExchange,
  };
}
