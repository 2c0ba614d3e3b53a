/**
 * Where an operation acts, as one word beside its offset: the number of a buffer of the shared value (from 0), the number of
 * a buffer that a thread made in the schedule, or one of the places below 0, which are no memory.
 *
 * Recordings hold hashes of these numbers: they must stay as they are.
 *
 * This file is part of the worker's import graph: it must import nothing but the layout.
 */
import { PORTS_MAX } from './layout.ts';

/** The operation may concern any place. */
export const ANYWHERE = -1;

/** Buffers that a thread made in a schedule are numbered from here: others have them only by messages. */
const OWN_BUFFERS = 1000;

/** The first threads have their places above those of ports, and the others below them. */
const PLACED_ABOVE = 29;

/** A place that only this thread touches: an operation on it depends on nothing. */
export function ownPlace(thread: number): number {
  return thread < PLACED_ABOVE ? -2 - thread : PORTS - PORTS_MAX - thread;
}

/** Where threads say that they have arrived, or entered. */
export const QUEUES = -31;

/** Places of ports are numbered downward from here. */
const PORTS = -32;

/** The place of an end of a channel: the operations on its messages. */
export function portPlace(port: number): number {
  return PORTS - port;
}

/** The number of the port of a place; -1 for any other place. */
export function portOf(place: number): number {
  return place <= PORTS && place > PORTS - PORTS_MAX ? PORTS - place : -1;
}

/** The number of the `index`-th buffer that a thread made in the schedule. */
export function ownBuffer(thread: number, index: number): number {
  return OWN_BUFFERS * (thread + 1) + index;
}

/** The thread that made such a buffer, and which of those that it made. */
export function madeBy(place: number): { readonly thread: number; readonly index: number } {
  return { thread: Math.floor(place / OWN_BUFFERS) - 1, index: place % OWN_BUFFERS };
}

export function isOwnBuffer(place: number): boolean {
  return place >= OWN_BUFFERS;
}

/** True for a place in memory, shared or a thread's own. */
export function isMemory(place: number): boolean {
  return place >= 0;
}
