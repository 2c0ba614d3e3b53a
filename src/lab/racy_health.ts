import type { Machine } from '../machine/machine.ts';
import type { AllocatorHealth } from '../mm/global_frame_allocator.ts';

/** The allocator's health while it changes; null if the allocator's code throws because of that. */
export function racyHealth(machine: Machine): AllocatorHealth | null {
  try {
    return machine.health();
  } catch {
    return null;
  }
}
