/**
 * The first word of a trace record: who did what, as `thread | kind << 8 | size << 16 | flags << 24`.
 *
 * This file is part of the worker's import graph: it must import nothing.
 */

export function headOf(thread: number, kind: number, size: number, flags: number): number {
  return thread | (kind << 8) | (size << 16) | (flags << 24);
}

export function threadOf(head: number): number {
  return head & 0xff;
}

export function kindOf(head: number): number {
  return (head >>> 8) & 0xff;
}

/** Bytes that the operation concerns; 0 for those that concern none. */
export function sizeOf(head: number): number {
  return (head >>> 16) & 0xff;
}

/** As in `FLAG`. */
export function flagsOf(head: number): number {
  return head >>> 24;
}
