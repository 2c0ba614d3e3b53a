import type { GlobalFrameAllocator } from './global_frame_allocator.ts';
import type { MetaSlots } from './meta_slots.ts';
import type { Ram } from './ram.ts';

/**
 * What frames, segments and options need of a machine: its RAM, its metadata slots, and the global frame
 * allocator as this CPU sees it. `Machine` is one.
 */
export interface PhysicalMemory {
  readonly ram: Ram;
  readonly slots: MetaSlots;
  /** Throws `NotBooted` for a machine that is not handed over to its global allocator yet. */
  readonly allocator: GlobalFrameAllocator;
}

/** The machine's global frame allocator. The seed's `get_global_frame_allocator`. */
export function getGlobalFrameAllocator(machine: PhysicalMemory): GlobalFrameAllocator {
  return machine.allocator;
}
