import { ALLOCATED, type FrameMap, isFree } from '../mm/frame_map.ts';
import { byFrameNumber, type FrameNumberAllocator } from '../mm/frame_numbers.ts';
import type {
  AllocatorAudit,
  AllocatorHealth,
  FreeBlockVisitor,
  GlobalFrameAllocator,
} from '../mm/global_frame_allocator.ts';
import type { Layout } from '../mm/layout.ts';
import { hex, hexRange, PAGE_SIZE, type Paddr, type Range } from '../mm/page.ts';
import { LabError } from '../platform/error.ts';

// This module's own: see "Imported constants" in docs/performance.md.
const PAGE = PAGE_SIZE;
const ALLOCATED_BIT = ALLOCATED;

const ALL: Range = { start: 0, end: Number.POSITIVE_INFINITY };

/**
 * What every machine puts between its allocator and the allocator's users: it keeps the frame map, and so
 * refuses a free of what is not allocated and a grant of what is, whatever the allocator underneath is.
 */
export class CheckedFrameAllocator implements GlobalFrameAllocator, FrameNumberAllocator {
  private readonly inner: GlobalFrameAllocator;
  private readonly numbers: FrameNumberAllocator;
  private readonly map: FrameMap;
  private readonly cpu: number;
  private readonly bytes: Uint8Array;
  private readonly allocatedMark: number;
  private readonly freeMark: number;
  private readonly memory: readonly Range[];

  /** @param memory what may be added to the allocator, once; all of RAM by default */
  constructor(inner: GlobalFrameAllocator, map: FrameMap, cpu: number, memory: readonly Range[] = [ALL]) {
    this.inner = inner;
    this.numbers = byFrameNumber(inner);
    this.map = map;
    this.cpu = cpu;
    this.bytes = map.bytes;
    this.allocatedMark = ALLOCATED_BIT | (cpu + 1);
    this.freeMark = cpu + 1;
    this.memory = memory;
  }

  /** @throws `InvalidArgs` for a size of 0 or no whole pages; `DoubleAlloc` where the allocator is wrong. */
  alloc(layout: Layout): Paddr | null {
    const frame = this.allocFrames(layout);
    return frame < 0 ? null : frame * PAGE;
  }

  /** @throws `InvalidArgs`, `NotAligned`, `BadFree`; nothing is freed then. */
  dealloc(addr: Paddr, size: number): void {
    const frame = (addr / PAGE) | 0;
    const nframes = (size / PAGE) | 0;
    if (nframes <= 0 || nframes * PAGE !== size) this.refuseSize('dealloc', size);
    if (frame * PAGE !== addr) this.refuseFree(addr, nframes);
    this.deallocFrames(frame, nframes);
  }

  /** @throws as `alloc` does. */
  allocFrames(layout: Layout): number {
    const isSingle = layout.plainFrames === 1;
    if (!isSingle && !layout.isWholeFrames) this.refuseSize('alloc', layout.size);
    const frame = this.numbers.allocFrames(layout);
    if (frame === -1) return -1;
    // One frame is what most calls ask for; the rest, and all that is wrong, takes the general path.
    if (isSingle && isFree(this.bytes[frame])) this.bytes[frame] = this.allocatedMark;
    else this.map.allocate(frame, layout.frames, this.cpu);
    return frame;
  }

  /** @throws `BadFree`; nothing is freed then. */
  deallocFrames(frame: number, nframes: number): void {
    if (nframes === 1 && this.bytes[frame] >= ALLOCATED_BIT) this.bytes[frame] = this.freeMark;
    else this.map.free(frame, nframes, this.cpu);
    this.numbers.deallocFrames(frame, nframes);
  }

  /**
   * @throws `InvalidArgs`, `NotAligned`, `BadFree` where some of it was added before, `OutOfBound` where some of it
   *   is no memory for allocators: reserved, the kernel's, a hole, outside RAM; nothing is added then.
   */
  addFreeMemory(addr: Paddr, size: number): void {
    const frame = addr / PAGE;
    const frames = size / PAGE;
    if (!Number.isInteger(frames) || frames <= 0) this.refuseSize('addFreeMemory', size);
    if (!Number.isInteger(frame)) this.refuseAddress('addFreeMemory', addr);
    if (!this.memory.some(({ start, end }) => addr >= start && addr + size <= end))
      this.refuseMemory(addr, size);
    this.map.add(frame, frames, this.cpu);
    this.inner.addFreeMemory(addr, size);
  }

  freeSize(): number {
    return this.inner.freeSize?.() ?? this.map.count('free') * PAGE;
  }

  flush(): void {
    this.inner.flush?.();
  }

  audit(): AllocatorAudit {
    return (
      this.inner.audit?.() ?? { problems: [], free: this.map.ranges('free'), freeBytes: this.freeSize() }
    );
  }

  health(): AllocatorHealth {
    return (
      this.inner.health?.() ?? {
        freeBytes: this.freeSize(),
        largestFreeBlockBytes: this.map
          .ranges('free')
          .reduce((most, run) => Math.max(most, run.end - run.start), 0),
        freeBlocksByOrder: [],
        perCpu: [],
        counters: {},
      }
    );
  }

  visitFree(visit: FreeBlockVisitor): void {
    this.inner.visitFree?.(visit);
  }

  private refuseFree(addr: Paddr, nframes: number): void {
    if (addr % PAGE !== 0) this.refuseAddress('dealloc', addr);
    // Beyond all frame numbers, and so outside RAM: the map says so.
    this.map.free(addr / PAGE, nframes, this.cpu);
  }

  private refuseSize(call: string, size: number): never {
    throw new LabError('InvalidArgs', `${call} of ${size} bytes: must be a multiple of ${PAGE} above 0`);
  }

  private refuseMemory(addr: Paddr, size: number): never {
    const range = hexRange({ start: addr, end: addr + size });
    throw new LabError('OutOfBound', `addFreeMemory of ${range}: not all of it is memory for an allocator`);
  }

  private refuseAddress(call: string, addr: Paddr): never {
    throw new LabError('NotAligned', `${call} at ${hex(addr)}: not a multiple of the page size ${PAGE}`);
  }
}
