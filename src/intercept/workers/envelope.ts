import type { MessagePort } from 'node:worker_threads';
import type { Buffers } from '../../control/memory/buffers.ts';
import { reachableBuffers } from '../../control/memory/reach.ts';

/** What a message is, beside what users post. */
export type MessageKind = 'message' | 'online' | 'error' | 'exit' | 'stdout' | 'stderr';

/**
 * A message under way: the value as it was posted, with what in it has a number. The host clones it as a whole, so that the
 * buffers and ports in the value and in the lists are the same objects where it arrives, too.
 */
export interface Envelope {
  readonly kind: MessageKind;
  readonly value: unknown;
  /** The step that sent it. */
  readonly step: number;
  readonly buffers: readonly SharedArrayBuffer[];
  readonly bufferNumbers: readonly number[];
  readonly ports: readonly MessagePort[];
  readonly portNumbers: readonly number[];
}

/** Objects are looked through for shared memory: other values hold none. */
export function buffersIn(value: unknown, transfer: readonly unknown[]): SharedArrayBuffer[] {
  if (typeof value !== 'object' || value === null) return [];
  const moved = new Set(transfer);
  return reachableBuffers(value).buffers.filter((buffer) => !moved.has(buffer));
}

/** A web stream: Node.js moves it by ports of its own. */
export function isStream(value: unknown): boolean {
  return /^\[object (Readable|Writable|Transform)Stream\]$/.test(Object.prototype.toString.call(value));
}

/** Numbers for shared memory that came in a message: those that it has where it comes from. */
export function adoptBuffers(buffers: Buffers, { buffers: came, bufferNumbers }: Envelope): void {
  for (let i = 0; i < came.length; i++) buffers.adopt(came[i], bufferNumbers[i]);
}

/** The objects of a transfer list, in each form that it may have. */
export function transferOf(given: unknown): readonly unknown[] {
  if (Array.isArray(given)) return given;
  if (typeof given !== 'object' || given === null) return [];
  const { transfer } = given as { transfer?: unknown };
  if (Array.isArray(transfer)) return transfer;
  if (
    transfer !== undefined &&
    transfer !== null &&
    typeof transfer === 'object' &&
    Symbol.iterator in transfer
  )
    return [...(transfer as Iterable<unknown>)];
  return Symbol.iterator in given ? [...(given as Iterable<unknown>)] : [];
}
