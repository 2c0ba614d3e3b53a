import type { Machine } from '../../machine/machine.ts';

/** Frames that the global allocator was ever given: what can be shared, without holes and kernel memory. */
export function managedFrames(machine: Machine): number {
  return machine.frames - machine.frameMap.count('unmanaged');
}

/**
 * Frames that each worker may hold so that all of them together hold a quarter of the memory, and each never more than
 * `most`: the rest is for the CPUs' caches and for fragmentation, so that hardly any allocation fails on a machine of
 * ordinary size. On a tiny one some do; that is an ordinary result.
 */
export function fairShare(machine: Machine, workers: number, most: number): number {
  return Math.max(1, Math.min(most, Math.floor(managedFrames(machine) / 4 / workers)));
}
