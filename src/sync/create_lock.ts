import { assertFunction, assertObject, assertString, assertWhole, shown } from '../platform/arguments.ts';
import { LabError } from '../platform/error.ts';
import type { Lock, LockKind, LockWatch } from './lock.ts';
import { LOCK_CPUS_MAX } from './lock_view.ts';
import { lockKind } from './registry.ts';

/** Where a lock's words are and who uses it. Give either `buffer` or `words`. */
export interface CreateLockOptions {
  /** The shared memory that holds the lock; zeros are an unlocked lock. */
  buffer?: SharedArrayBuffer;
  /** A view of it, instead. */
  words?: Int32Array;
  /** Where in that memory, in bytes: 0 unless given. Multiples of 128 keep locks off each other's cache lines. */
  byteOffset?: number;
  /** How many CPUs (threads) use it. */
  cpus: number;
  /** The number of the CPU that this view is for, from 0; -1 for an observer. No two threads may share one. */
  cpu: number;
  /** What it guards, for messages and reports. */
  name?: string;
  /** What ends a wait early. */
  watch?: LockWatch;
  /** The longest wait, in milliseconds: 10 s unless given. */
  timeoutMs?: number;
}

/**
 * One thread's view of a lock in shared memory.
 *
 * ```js
 * const buffer = new SharedArrayBuffer(lockBytes('mcs', 2)); // send it to the other thread
 * const lock = createLock('mcs', { buffer, cpus: 2, cpu: 0 });
 * lock.acquire();
 * try { ... } finally { lock.release(); }
 * ```
 *
 * @param kind the name of an algorithm (see `lockKinds`), or an algorithm of your own
 * @throws `InvalidArgs` if the kind is unknown, the CPU is not one of the lock's or the memory is too small;
 *   `ModuleMissing` if the kind needs a package that is not installed
 */
export function createLock(kind: string | LockKind, options: CreateLockOptions): Lock {
  const algorithm = givenKind(kind);
  assertObject(options, 'options of a lock');
  const { byteOffset = 0, cpus, cpu, name = algorithm.name, watch, timeoutMs } = options;
  assertString(name, 'name of a lock');
  if (!Number.isInteger(byteOffset) || byteOffset < 0 || byteOffset % 4 !== 0) {
    throw new LabError('InvalidArgs', `byteOffset ${shown(byteOffset)} of lock ${name} is no multiple of 4`);
  }
  const words = options.words ?? wordsOf(options.buffer, name);
  return algorithm.create({ name, words, base: byteOffset / 4, cpus, cpu, watch, timeoutMs });
}

/** Bytes of shared memory that a lock of that kind takes for that many CPUs. @throws `InvalidArgs` */
export function lockBytes(kind: string | LockKind, cpus: number): number {
  const algorithm = givenKind(kind);
  assertWhole(cpus, `CPUs of a lock (${algorithm.name})`, 1, algorithm.cpusMax ?? LOCK_CPUS_MAX);
  return algorithm.words(cpus) * 4;
}

function givenKind(kind: string | LockKind): LockKind {
  if (typeof kind === 'string') return lockKind(kind);
  assertObject(kind, 'kind of a lock');
  assertFunction(kind.create, 'kind of a lock: its create');
  assertFunction(kind.words, 'kind of a lock: its words');
  return kind;
}

function wordsOf(buffer: SharedArrayBuffer | undefined, name: string): Int32Array {
  if (buffer instanceof SharedArrayBuffer)
    return new Int32Array(buffer, 0, Math.floor(buffer.byteLength / 4));
  throw new LabError('InvalidArgs', `lock ${name} needs a SharedArrayBuffer in 'buffer', or 'words'`);
}
