import { shown } from '../../platform/arguments.ts';
import { LabError } from '../../platform/error.ts';
import type { Paddr } from '../page.ts';
import { assertFits, type Pod, type PodKind, type PodValue, podOf } from './pod.ts';

// One access to one value, which no other thread can see half done. Plain typed arrays do not promise that for doubles and
// 64-bit integers, so these are Atomics, and the explorer sees each of them as a step.

/** Memory whose bytes can be viewed where they are, without a copy. `Ram` is one. */
export interface ViewableSpace {
  bytes(address: number, size: number): Uint8Array;
}

/** Kinds that can be exchanged: whole numbers of 32 and 64 bits. OSTD's `PodAtomic`. */
export type AtomicKind = 'u32' | 'i32' | 'u64' | 'i64';

const ATOMIC_KINDS: readonly string[] = ['u32', 'i32', 'u64', 'i64'];

/** @throws `InvalidArgs` where it is not aligned to its own size */
export function loadOnce<K extends PodKind>(space: object, address: Paddr, kind: K): PodValue<K> {
  const pod = podOf(kind);
  const word = wordAt(space, address, pod);
  return fromRaw(
    pod,
    word instanceof BigUint64Array ? Atomics.load(word, 0) : Atomics.load(word, 0),
  ) as PodValue<K>;
}

/** @throws as `loadOnce` does, and `InvalidArgs` for a value that does not fit its kind */
export function storeOnce<K extends PodKind>(
  space: object,
  address: Paddr,
  kind: K,
  value: PodValue<K>,
): void {
  const pod = podOf(kind);
  assertFits(pod, value, 'writeOnce');
  const word = wordAt(space, address, pod);
  const raw = toRaw(pod, value);
  if (word instanceof BigUint64Array) Atomics.store(word, 0, raw as bigint);
  else Atomics.store(word, 0, raw as number);
}

/** @returns what was there: `replacement` took its place if that is `expected` */
export function exchangeOnce<K extends AtomicKind>(
  space: object,
  address: Paddr,
  kind: K,
  expected: PodValue<K>,
  replacement: PodValue<K>,
): PodValue<K> {
  const pod = atomicPod(kind);
  for (const value of [expected, replacement]) assertFits(pod, value, 'atomicCompareExchange');
  const word = wordAt(space, address, pod);
  const [from, to] = [toRaw(pod, expected), toRaw(pod, replacement)];
  const found =
    word instanceof BigUint64Array
      ? Atomics.compareExchange(word, 0, from as bigint, to as bigint)
      : Atomics.compareExchange(word, 0, from as number, to as number);
  return fromRaw(pod, found) as PodValue<K>;
}

/** @throws `InvalidArgs` for a kind that cannot be accessed atomically */
export function atomicPod(kind: AtomicKind): Pod {
  if (!ATOMIC_KINDS.includes(kind)) {
    throw new LabError(
      'InvalidArgs',
      `atomic access to ${shown(kind)}: must be one of ${ATOMIC_KINDS.join(', ')}`,
    );
  }
  return podOf(kind);
}

type Word = Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

/** The value's own bytes, as one unsigned number. */
function wordAt(space: object, address: Paddr, { kind, size }: Pod): Word {
  if (typeof (space as Partial<ViewableSpace>).bytes !== 'function') {
    throw new LabError(
      'InvalidArgs',
      `${kind} at ${address}: this memory can only be copied, not accessed in place`,
    );
  }
  const { buffer, byteOffset } = (space as ViewableSpace).bytes(address, size);
  if (byteOffset % size !== 0) {
    throw new LabError('InvalidArgs', `${kind} at ${address}: must be aligned to its ${size} bytes`);
  }
  switch (size) {
    case 1:
      return new Uint8Array(buffer, byteOffset, 1);
    case 2:
      return new Uint16Array(buffer, byteOffset, 1);
    case 4:
      return new Uint32Array(buffer, byteOffset, 1);
    default:
      return new BigUint64Array(buffer, byteOffset, 1);
  }
}

function toRaw({ set, size }: Pod, value: number | bigint | boolean): number | bigint {
  const view = new DataView(new ArrayBuffer(8));
  set(view, 0, value);
  return size === 8 ? view.getBigUint64(0, true) : view.getUint32(0, true);
}

function fromRaw({ get, size }: Pod, raw: number | bigint): number | bigint | boolean {
  const view = new DataView(new ArrayBuffer(8));
  if (size === 8) view.setBigUint64(0, raw as bigint, true);
  else view.setUint32(0, raw as number, true);
  return get(view, 0);
}
