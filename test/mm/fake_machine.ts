import { META_SLOT_SIZE, MetaSlots } from '#src/mm/frame/meta_slots.js';
import { byFrameNumber } from '#src/mm/frame_numbers.js';
import type { GlobalFrameAllocator } from '#src/mm/global_frame_allocator.js';
import type { Layout } from '#src/mm/layout.js';
import { PAGE_SIZE, type Paddr } from '#src/mm/page.js';
import type { PhysicalMemory } from '#src/mm/physical_memory.js';
import { Ram, type RamHandle } from '#src/mm/ram.js';

/** The simplest sound allocator, for one thread: first fit over a map of free frames; it checks every free. */
export class FirstFitAllocator implements GlobalFrameAllocator {
  readonly free: Uint8Array;
  /** Every call, as `[address, size]`. */
  readonly deallocs: [Paddr, number][] = [];
  allocs = 0;

  constructor(frames: number) {
    this.free = new Uint8Array(frames);
  }

  alloc(layout: Layout): Paddr | null {
    this.allocs += 1;
    for (let start = 0; start + layout.frames <= this.free.length; start += layout.alignFrames) {
      if (this.free.subarray(start, start + layout.frames).every((free) => free === 1)) {
        this.free.fill(0, start, start + layout.frames);
        return start * PAGE_SIZE;
      }
    }
    return null;
  }

  dealloc(addr: Paddr, size: number): void {
    this.deallocs.push([addr, size]);
    this.addFreeMemory(addr, size);
  }

  addFreeMemory(addr: Paddr, size: number): void {
    if (addr % PAGE_SIZE !== 0 || size % PAGE_SIZE !== 0 || size === 0)
      throw new Error('bad free: not whole frames');
    for (let frame = addr / PAGE_SIZE; frame < (addr + size) / PAGE_SIZE; frame++) {
      if (this.free[frame] !== 0) throw new Error(`bad free: frame ${frame} is free already`);
      this.free[frame] = 1;
    }
  }

  freeSize(): number {
    return this.free.reduce((sum, free) => sum + free, 0) * PAGE_SIZE;
  }
}

/** A machine without a boot: slots at the beginning of its RAM, every frame after them free. */
export interface FakeMachine extends PhysicalMemory {
  readonly allocator: FirstFitAllocator;
  /** What other threads need to build theirs on the same RAM. */
  readonly handle: RamHandle & { readonly frames: number };
  /** Number of the first frame that may be allocated. */
  readonly firstFree: number;
}

export function fakeMachine(frames = 64): FakeMachine {
  const handle = { ...Ram.allocate(frames * PAGE_SIZE), frames };
  const firstFree = Math.ceil((frames * META_SLOT_SIZE) / PAGE_SIZE);
  const allocator = new FirstFitAllocator(frames);
  allocator.addFreeMemory(firstFree * PAGE_SIZE, (frames - firstFree) * PAGE_SIZE);
  return {
    ram: new Ram(handle, frames * PAGE_SIZE),
    slots: new MetaSlots(handle.ram, 0, frames),
    allocator,
    frameAllocator: byFrameNumber(allocator),
    handle,
    firstFree,
  };
}
