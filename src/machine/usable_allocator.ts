import type { MemoryRegion } from '../mm/boot/memory_region.ts';
import type { MetaSlots } from '../mm/frame/meta_slots.ts';
import type { FrameMap } from '../mm/frame_map.ts';
import type { GlobalFrameAllocator } from '../mm/global_frame_allocator.ts';
import type { Range } from '../mm/page.ts';
import { CheckedFrameAllocator, type HaltPoint } from './checked_frame_allocator.ts';
import { usableMemory, without } from './memory_ranges.ts';
import { UnavailableFrameAllocator } from './unavailable_frame_allocator.ts';

/** What one CPU's view of the allocator is made of. */
interface Parts {
  readonly regions: readonly MemoryRegion[];
  readonly hotplug: readonly Range[];
  readonly frameMap: FrameMap;
  readonly slots: MetaSlots;
  /** -1 for an observer. */
  readonly cpu: number;
}

/** The allocator as a CPU may use it: with checks, or, for an observer, refusing everything. */
export function usableAllocator(
  raw: GlobalFrameAllocator,
  { regions, hotplug, frameMap, slots, cpu }: Parts,
  metadata: readonly Range[],
  halt: HaltPoint,
): GlobalFrameAllocator {
  if (cpu < 0) {
    return new UnavailableFrameAllocator(
      'NotBooted',
      'an observer has no CPU and cannot allocate: attach one',
    );
  }
  const memory = without([...usableMemory(regions), ...hotplug], ...metadata);
  return new CheckedFrameAllocator(raw, frameMap, slots, cpu, memory, halt);
}
