/**
 * The builtins as they were before the explorer replaced them. Loaded first in every worker; nothing of the
 * explorer may use the replaced ones.
 */
import { MessagePort } from 'node:worker_threads';

const A = Atomics;

export const atomicLoad = A.load;
export const atomicStore = A.store;
export const atomicAdd = A.add;
export const atomicSub = A.sub;
export const atomicAnd = A.and;
export const atomicOr = A.or;
export const atomicXor = A.xor;
export const atomicExchange = A.exchange;
export const atomicCompareExchange = A.compareExchange;
export const atomicWait = A.wait;
export const atomicNotify = A.notify;
export const realSetTimeout = setTimeout;
export const realSetImmediate = setImmediate;
export const RealSharedArrayBuffer = SharedArrayBuffer;
export const RealDate = Date;
export const realPostMessage = MessagePort.prototype.postMessage;

const { getInt32, getUint16, getUint8 } = DataView.prototype;
const { fill } = Int32Array.prototype;

/** A word of the memory under test, read without telling anybody. */
export function int32At(memory: DataView, offset: number): number {
  return getInt32.call(memory, offset, true);
}

/** What `bytes` bytes hold, up to the first 32 bits; less than 32 bits without a sign. */
export function bitsAt(memory: DataView, offset: number, bytes: number): number {
  if (bytes >= 4) return getInt32.call(memory, offset, true);
  return bytes >= 2 ? getUint16.call(memory, offset, true) : getUint8.call(memory, offset);
}

/** Sets words of the explorer's own to 0. */
export function clearWords(words: Int32Array, start: number, end: number): void {
  fill.call(words, 0, start, end);
}
