import type { Machine } from '../../machine/machine.ts';

/** Frames that a global allocator was ever given: what there is to share, holes and kernel memory left out. */
export function managedFrames(machine: Machine): number {
  return machine.frames - machine.frameMap.count('unmanaged');
}

/**
 * Frames that each worker may hold so that all of them together take half of the memory, and never more than
 * `most`: with half of it free, fragmentation and what CPUs cache make no allocation fail on a machine of
 * ordinary size. On a tiny one they may; that is an ordinary result.
 */
export function fairShare(machine: Machine, workers: number, most: number): number {
  return Math.max(1, Math.min(most, Math.floor(managedFrames(machine) / 2 / workers)));
}
