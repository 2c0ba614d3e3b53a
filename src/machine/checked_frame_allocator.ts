import { META_SLOT_SHIFT, type MetaSlots, REF_UNUSED } from '../mm/frame/meta_slots.ts';
import { describeHolder } from '../mm/frame/slot_references.ts';
import { ALLOCATED, type FrameMap, isFree, isRun } from '../mm/frame_map.ts';
import { byFrameNumber, type FrameNumberAllocator } from '../mm/frame_numbers.ts';
import type {
  AllocatorAudit,
  AllocatorHealth,
  FreeBlockVisitor,
  GlobalFrameAllocator,
} from '../mm/global_frame_allocator.ts';
import { Layout, SINGLE_FRAME, throwNoLayout } from '../mm/layout.ts';
import { hex, hexRange, PAGE_SIZE, type Paddr, type Range } from '../mm/page.ts';
import { shown } from '../platform/arguments.ts';
import { LabError } from '../platform/error.ts';

// This module's own: see "Imported constants" in docs/performance.md.
const PAGE = PAGE_SIZE;
const ALLOCATED_BIT = ALLOCATED;
const SINGLE = SINGLE_FRAME;

/** Where a CPU stands still before it allocates when another asks for it. */
export interface HaltPoint {
  /** One word: not 0 while another asks. */
  readonly word: Int32Array;
  /** Returns when this CPU may go on. */
  stand(): void;
}

const NO_HALT: HaltPoint = { word: new Int32Array(1), stand() {} };

const ALL: Range = { start: 0, end: Number.POSITIVE_INFINITY };

/**
 * What every machine puts between its allocator and the allocator's users: it keeps the frame map, and so refuses to
 * free a frame that is not allocated and to hand out one that is, with any allocator underneath. It checks who owns
 * frames, too: one that a handle or a list owns cannot be freed behind its owner's back.
 */
export class CheckedFrameAllocator implements GlobalFrameAllocator, FrameNumberAllocator {
  private readonly inner: GlobalFrameAllocator;
  private readonly numbers: FrameNumberAllocator;
  private readonly map: FrameMap;
  private readonly cpu: number;
  private readonly slots: MetaSlots;
  private readonly bytes: Uint8Array;
  private readonly owned: Uint8Array;
  private readonly allocatedMark: number;
  private readonly freeMark: number;
  private readonly memory: readonly Range[];
  private readonly halt: HaltPoint;
  private readonly haltWord: Int32Array;
  /** The last layout of more than one page: it need not be checked again. */
  private known: Layout = SINGLE;

  /** @param memory what may be added to the allocator, once; all of RAM by default */
  constructor(
    inner: GlobalFrameAllocator,
    map: FrameMap,
    slots: MetaSlots,
    cpu: number,
    memory: readonly Range[] = [ALL],
    halt: HaltPoint = NO_HALT,
  ) {
    this.inner = inner;
    this.numbers = byFrameNumber(inner);
    this.map = map;
    this.cpu = cpu;
    this.slots = slots;
    this.bytes = map.bytes;
    this.owned = slots.owned;
    this.allocatedMark = ALLOCATED_BIT | (cpu + 1);
    this.freeMark = cpu + 1;
    this.memory = memory;
    this.halt = halt;
    this.haltWord = halt.word;
  }

  /**
   * @throws `InvalidArgs` for anything but a layout of whole pages, at least one; `DoubleAlloc` if the allocator is
   *   wrong.
   */
  alloc(layout: Layout): Paddr | null {
    const frame = this.allocFrames(layout);
    return frame < 0 ? null : frame * PAGE;
  }

  /**
   * @throws `InvalidArgs`, `NotAligned`; `BadFree` for frames that are not allocated, or that a handle or a list owns.
   *   Nothing is freed then.
   */
  dealloc(addr: Paddr, size: number): void {
    if (typeof addr !== 'number') this.refuseTypes(addr, size);
    const frame = (addr / PAGE) | 0;
    // Most calls free one page: then there is nothing to divide.
    const nframes = size === PAGE ? 1 : this.framesIn(size);
    if (frame * PAGE === addr) this.deallocFrames(frame, nframes);
    else this.refuseFree(addr, nframes);
  }

  /** @throws as `alloc` does. */
  allocFrames(layout: Layout): number {
    // Here this CPU has no frame in hand. Frees do not poll: it would be a tenth of the shortest pair of an allocation and
    // a free, and a CPU that frees allocates soon.
    // framelab: racy a poll for a request, which is answered with atomic operations
    if (this.haltWord[0] !== 0) this.halt.stand();
    // All layouts of one page are this object.
    const isSingle = layout === SINGLE;
    if (!isSingle && layout !== this.known) this.learn(layout);
    const frame = this.numbers.allocFrames(layout);
    if (frame === -1) return -1;
    // One frame is what most calls ask for; the rest, and all that is wrong, takes the general path.
    if (isSingle && isFree(this.bytes[frame])) this.bytes[frame] = this.allocatedMark;
    else this.map.allocateRun(frame, layout.frames, this.cpu);
    return frame;
  }

  /** @throws as `dealloc` does; nothing is freed then. */
  deallocFrames(frame: number, nframes: number, areLeft = false): void {
    if (
      nframes === 1 &&
      typeof frame === 'number' &&
      this.bytes[frame] >= ALLOCATED_BIT &&
      (areLeft === true || this.owned[frame] === 0)
    ) {
      this.bytes[frame] = this.freeMark;
    } else if (isRun(frame, nframes) && (areLeft === true || this.isUnowned(frame, frame + nframes))) {
      this.map.freeRun(frame, nframes, this.cpu);
    } else {
      this.freeDoubtful(frame, nframes);
    }
    this.numbers.deallocFrames(frame, nframes);
  }

  /**
   * @throws `InvalidArgs`, `NotAligned`, `BadFree` if some of it was added before, `OutOfBound` if some of it is not
   *   memory for allocators: reserved, the kernel's, a hole, outside RAM; nothing is added then.
   */
  addFreeMemory(addr: Paddr, size: number): void {
    if (typeof addr !== 'number' || typeof size !== 'number') this.refuseTypes(addr, size);
    const frame = addr / PAGE;
    const frames = size / PAGE;
    if (size % PAGE !== 0 || frames <= 0) this.refuseSize('addFreeMemory', size);
    if (addr % PAGE !== 0) this.refuseAddress('addFreeMemory', addr);
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

  /** True if no slot of the run is in use; the map refuses what is outside RAM. */
  private isUnowned(frame: number, end: number): boolean {
    const { owned } = this;
    if (frame < 0 || end > owned.length) return true;
    let any = 0;
    for (let f = frame; f < end; f++) any |= owned[f];
    return any === 0;
  }

  /** Frees all the same where nobody owns a frame after all. @throws `BadFree`, and `InvalidArgs` for numbers that are not whole */
  private freeDoubtful(frame: number, nframes: number): void {
    if (isRun(frame, nframes)) this.refuseOwned(frame, frame + nframes);
    this.map.free(frame, nframes, this.cpu);
  }

  /** Throws for the first frame whose slot is in use; the map refuses what is not allocated at all. */
  private refuseOwned(frame: number, end: number): void {
    for (let f = frame; f < end; f++) {
      if (this.bytes[f] < ALLOCATED_BIT || this.owned[f] === 0) continue;
      if (Atomics.load(this.slots.words, f << META_SLOT_SHIFT) === REF_UNUSED) {
        // Whoever gave the slot back, or was about to take it, has died.
        this.owned[f] = 0;
        continue;
      }
      throw new LabError(
        'BadFree',
        `dealloc of ${end - frame} frames at ${hex(frame * PAGE)} by CPU ${this.cpu}: frame ${f} at ${hex(f * PAGE)} is ${describeHolder(this.slots, f)}; nothing was freed`,
        { frame: f },
      );
    }
  }

  /** @throws `InvalidArgs` for a request that an allocator must not get */
  private learn(layout: Layout): void {
    if (!Layout.isLayout(layout)) throwNoLayout('alloc', layout);
    if (!layout.isWholeFrames) this.refuseSize('alloc', layout.size);
    this.known = layout;
  }

  private framesIn(size: number): number {
    if (typeof size !== 'number') this.refuseTypes('any address', size);
    const nframes = (size / PAGE) | 0;
    if (nframes <= 0 || nframes * PAGE !== size) this.refuseSize('dealloc', size);
    return nframes;
  }

  private refuseFree(addr: Paddr, nframes: number): never {
    if (addr % PAGE !== 0) this.refuseAddress('dealloc', addr);
    throw new LabError(
      'BadFree',
      `dealloc of ${nframes} frames at ${hex(addr)} by CPU ${this.cpu}: is outside RAM; nothing was freed`,
    );
  }

  private refuseTypes(addr: unknown, size: unknown): never {
    throw new LabError(
      'InvalidArgs',
      `${shown(size)} bytes at ${shown(addr)}: address and size must be numbers; nothing was freed`,
    );
  }

  private refuseSize(call: string, size: number): never {
    throw new LabError(
      'InvalidArgs',
      `${call} of ${shown(size)} bytes: must be a multiple of ${PAGE} above 0`,
    );
  }

  private refuseMemory(addr: Paddr, size: number): never {
    const range = hexRange({ start: addr, end: addr + size });
    throw new LabError('OutOfBound', `addFreeMemory of ${range}: not all of it is memory for an allocator`);
  }

  private refuseAddress(call: string, addr: Paddr): never {
    throw new LabError('NotAligned', `${call} at ${hex(addr)}: not a multiple of the page size ${PAGE}`);
  }
}
