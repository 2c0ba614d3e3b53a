import { ALLOCATED, type FrameMap, isFree } from '../mm/frame_map.ts';
import type {
  AllocatorAudit,
  AllocatorHealth,
  FreeBlockVisitor,
  GlobalFrameAllocator,
} from '../mm/global_frame_allocator.ts';
import type { Layout } from '../mm/layout.ts';
import { hex, PAGE_SIZE, type Paddr } from '../mm/page.ts';
import { LabError } from '../platform/error.ts';

/**
 * What every machine puts between its allocator and the allocator's users: it keeps the frame map, and so
 * refuses a free of what is not allocated and a grant of what is, whatever the allocator underneath is.
 */
export class CheckedFrameAllocator implements GlobalFrameAllocator {
  private readonly inner: GlobalFrameAllocator;
  private readonly map: FrameMap;
  private readonly cpu: number;
  private readonly bytes: Uint8Array;
  private readonly allocatedMark: number;
  private readonly freeMark: number;

  constructor(inner: GlobalFrameAllocator, map: FrameMap, cpu: number) {
    this.inner = inner;
    this.map = map;
    this.cpu = cpu;
    this.bytes = map.bytes;
    this.allocatedMark = ALLOCATED | (cpu + 1);
    this.freeMark = cpu + 1;
  }

  /** @throws `InvalidArgs` for a size of 0 or no whole pages; `DoubleAlloc` where the allocator is wrong. */
  alloc(layout: Layout): Paddr | null {
    if (!layout.isSingleFrame && !layout.isWholeFrames) this.refuseSize('alloc', layout.size);
    const paddr = this.inner.alloc(layout);
    if (paddr === null) return null;
    // One frame is what most calls ask for; the rest, and all that is wrong, takes the general path.
    const frame = paddr / PAGE_SIZE;
    if (layout.isSingleFrame && isFree(this.bytes[frame])) this.bytes[frame] = this.allocatedMark;
    else this.map.allocate(frame, layout.frames, this.cpu);
    return paddr;
  }

  /** @throws `InvalidArgs`, `NotAligned`, `BadFree`; nothing is freed then. */
  dealloc(addr: Paddr, size: number): void {
    const frame = addr / PAGE_SIZE;
    if (size === PAGE_SIZE && this.bytes[frame] >= ALLOCATED) this.bytes[frame] = this.freeMark;
    else this.free(addr, size);
    this.inner.dealloc(addr, size);
  }

  /** @throws `InvalidArgs`, `NotAligned`, `BadFree` where some of it was added before; nothing is added then. */
  addFreeMemory(addr: Paddr, size: number): void {
    const frame = addr / PAGE_SIZE;
    const frames = size / PAGE_SIZE;
    if (!Number.isInteger(frames) || frames <= 0) this.refuseSize('addFreeMemory', size);
    if (!Number.isInteger(frame)) this.refuseAddress('addFreeMemory', addr);
    this.map.add(frame, frames, this.cpu);
    this.inner.addFreeMemory(addr, size);
  }

  freeSize(): number {
    return this.inner.freeSize?.() ?? this.map.count('free') * PAGE_SIZE;
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

  private free(addr: Paddr, size: number): void {
    const frame = addr / PAGE_SIZE;
    const frames = size / PAGE_SIZE;
    if (!Number.isInteger(frames) || frames <= 0) this.refuseSize('dealloc', size);
    if (!Number.isInteger(frame)) this.refuseAddress('dealloc', addr);
    this.map.free(frame, frames, this.cpu);
  }

  private refuseSize(call: string, size: number): never {
    throw new LabError('InvalidArgs', `${call} of ${size} bytes: must be a multiple of ${PAGE_SIZE} above 0`);
  }

  private refuseAddress(call: string, addr: Paddr): never {
    throw new LabError('NotAligned', `${call} at ${hex(addr)}: not a multiple of the page size ${PAGE_SIZE}`);
  }
}
