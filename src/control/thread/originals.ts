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
