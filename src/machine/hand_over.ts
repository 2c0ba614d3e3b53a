import type { EarlyAllocator } from '../mm/boot/early_allocator.ts';
import type { MemoryRegion } from '../mm/boot/memory_region.ts';
import type { FrameMap } from '../mm/frame_map.ts';
import type { GlobalFrameAllocator } from '../mm/global_frame_allocator.ts';
import { hexRange, PAGE_SIZE, type Range } from '../mm/page.ts';
import type { Logger } from '../platform/log.ts';
import { usableMemory, without } from './memory_ranges.ts';

/** What the hand-over works on. */
export interface HandOver {
  readonly early: EarlyAllocator;
  readonly allocator: GlobalFrameAllocator;
  readonly frameMap: FrameMap;
  readonly regions: readonly MemoryRegion[];
  /** Where the metadata lies: its frames can never be freed, unlike other early allocations. */
  readonly metadata: readonly [Range, Range];
  /** The booting CPU. */
  readonly cpu: number;
  readonly log: Logger;
}

/** Retires the early allocator and gives the global one every usable frame that was not allocated early. */
export function handOver({ early, allocator, frameMap, regions, metadata, cpu, log }: HandOver): void {
  const [range1, range2] = early.retire();
  for (const range of without([range1, range2], ...metadata)) {
    frameMap.adopt(range.start / PAGE_SIZE, (range.end - range.start) / PAGE_SIZE, cpu);
  }
  // Until the boot is over, no other CPU has an allocator.
  frameMap.whileAlone(() => {
    for (const range of without(usableMemory(regions), range1, range2)) {
      log.info(() => `Adding free frames to the allocator: ${hexRange(range)}`);
      allocator.addFreeMemory(range.start, range.end - range.start);
    }
  });
}
