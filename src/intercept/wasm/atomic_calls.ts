/**
 * What the rewritten atomic instructions call. Each goes through the methods of `Atomics`, which are replaced already: an
 * instruction is the same step as the same operation in JavaScript.
 */
import type { Address, LinkedMemory } from './linked_memory.ts';
import { type AtomicAccess, atomicAccess, NOTIFY, WAIT_32, WAIT_64 } from './rewrite/atomic.ts';

type Value = number | bigint;
type Words = Int32Array;
type Call = (...operands: never[]) => unknown;
/** The methods as they are when this is made. */
export type AtomicMethods = Pick<
  typeof Atomics,
  'load' | 'store' | 'add' | 'sub' | 'and' | 'or' | 'xor' | 'exchange' | 'compareExchange' | 'wait' | 'notify'
>;

type View = 'u8' | 'u16' | 'i32' | 'u32' | 'i64';

/** @param sub what stands behind the prefix */
export function atomicCall(sub: number, memory: LinkedMemory, atomics: AtomicMethods): Call {
  if (sub === NOTIFY) return notify(memory, atomics);
  if (sub === WAIT_32 || sub === WAIT_64) return wait(sub === WAIT_32 ? 4 : 8, memory, atomics);
  return access(atomicAccess(sub), memory, atomics);
}

function notify(memory: LinkedMemory, atomics: AtomicMethods): Call {
  return (address: Address, count: number, offset: Address): number => {
    const index = memory.index(address, offset, 4);
    return atomics.notify(memory.i32, index, count >>> 0);
  };
}

const WAIT_RESULTS = { ok: 0, 'not-equal': 1, 'timed-out': 2 } as const;

function wait(bytes: 4 | 8, memory: LinkedMemory, atomics: AtomicMethods): Call {
  const view = bytes === 4 ? 'i32' : 'i64';
  // A timeout below 0 is none; nanoseconds.
  return (address: Address, expected: never, timeoutNs: bigint, offset: Address): number => {
    const index = memory.index(address, offset, bytes);
    const timeoutMs = timeoutNs < 0n ? Number.POSITIVE_INFINITY : Number(timeoutNs) / 1e6;
    return WAIT_RESULTS[atomics.wait(memory[view] as Words, index, expected, timeoutMs)];
  };
}

function access({ method, bytes, is64 }: AtomicAccess, memory: LinkedMemory, atomics: AtomicMethods): Call {
  const view = viewOf(bytes, is64);
  const narrow = is64 && bytes < 8;
  // The words of an i64 that are narrower are numbers in their view, and BigInts to the instruction.
  const given = (value: Value): never =>
    (narrow ? Number(BigInt.asUintN(bytes * 8, value as bigint)) : value) as never;
  const got = (value: Value): Value => (narrow ? BigInt(value) : value);
  if (method === 'load') {
    const { load } = atomics;
    return (address: Address, offset: Address): Value => {
      const index = memory.index(address, offset, bytes);
      return got(load(memory[view] as Words, index));
    };
  }
  if (method === 'store') {
    const { store } = atomics;
    return (address: Address, value: Value, offset: Address): void => {
      const index = memory.index(address, offset, bytes);
      store(memory[view] as Words, index, given(value));
    };
  }
  if (method === 'compareExchange') {
    const { compareExchange } = atomics;
    return (address: Address, expected: Value, replacement: Value, offset: Address): Value => {
      const index = memory.index(address, offset, bytes);
      return got(compareExchange(memory[view] as Words, index, given(expected), given(replacement)));
    };
  }
  const modify = atomics[method];
  return (address: Address, value: Value, offset: Address): Value => {
    const index = memory.index(address, offset, bytes);
    return got(modify(memory[view] as Words, index, given(value)));
  };
}

function viewOf(bytes: AtomicAccess['bytes'], is64: boolean): View {
  if (bytes === 8) return 'i64';
  if (bytes === 4) return is64 ? 'u32' : 'i32';
  return bytes === 2 ? 'u16' : 'u8';
}
