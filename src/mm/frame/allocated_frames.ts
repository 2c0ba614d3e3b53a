import { LabError } from '../../platform/error.ts';
import { ALLOCATED, FRAME_UNMANAGED } from '../frame_map.ts';
import { hex, PAGE_SIZE } from '../page.ts';
import type { PhysicalMemory } from '../physical_memory.ts';
import { META_SLOT_SHIFT, REF_UNUSED } from './meta_slots.ts';

/**
 * Checks that unused frames for a new handle come from the allocator: a handle to a free frame would use memory that
 * the allocator may hand out at any time, and would free it twice.
 *
 * @throws `Unique` if one is free, since the allocator alone owns it, as OSTD says of its free chunks; `OutOfBound` if
 *   one was never given to the allocator.
 */
export function assertAllocated(machine: PhysicalMemory, first: number, end: number): void {
  const bytes = machine.frameMap?.bytes;
  if (bytes === undefined) return;
  for (let frame = first; frame < end; frame++) {
    // framelab: racy a frame that another thread frees just now is refused by the claim that follows
    const byte = bytes[frame];
    if (byte >= ALLOCATED) continue;
    // Other frames in use (kernel memory, a reserved frame) are refused when they are claimed.
    if (Atomics.load(machine.slots.words, frame << META_SLOT_SHIFT) !== REF_UNUSED) continue;
    const isFree = byte !== undefined && byte !== FRAME_UNMANAGED;
    throw new LabError(
      isFree ? 'Unique' : 'OutOfBound',
      `frame ${hex(frame * PAGE_SIZE)} ${isFree ? 'is free: the allocator owns it, and must give it out first' : 'was never the allocator’s to give out'}`,
      { frame },
    );
  }
}
