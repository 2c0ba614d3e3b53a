import { LabError } from '../../platform/error.ts';
import { ALLOCATED, FRAME_UNMANAGED } from '../frame_map.ts';
import { hex, PAGE_SIZE } from '../page.ts';
import type { PhysicalMemory } from '../physical_memory.ts';
import { META_SLOT_SHIFT, REF_UNUSED } from './meta_slots.ts';

/**
 * Whoever makes a handle of a frame that nobody uses must have it from the allocator: a handle to a frame that is free
 * would use what the allocator may give out at any time, and give it back twice.
 *
 * @throws `Unique` where one is free, for the allocator owns it alone, as OSTD says of its free chunks; `OutOfBound`
 *   where one never was the allocator's to give.
 */
export function assertAllocated(machine: PhysicalMemory, first: number, end: number): void {
  const bytes = machine.frameMap?.bytes;
  if (bytes === undefined) return;
  for (let frame = first; frame < end; frame++) {
    const byte = bytes[frame];
    if (byte >= ALLOCATED) continue;
    // What is in use besides is said by whoever claims it: kernel memory, a reserved frame.
    if (Atomics.load(machine.slots.words, frame << META_SLOT_SHIFT) !== REF_UNUSED) continue;
    const isFree = byte !== undefined && byte !== FRAME_UNMANAGED;
    throw new LabError(
      isFree ? 'Unique' : 'OutOfBound',
      `frame ${hex(frame * PAGE_SIZE)} ${isFree ? 'is free: the allocator owns it, and must give it out first' : 'was never the allocator’s to give out'}`,
      { frame },
    );
  }
}
