import type { MetaSlots } from '../../mm/frame/meta_slots.ts';
import type { FrameNumberAllocator } from '../../mm/frame_numbers.ts';
import type {
  AllocatorAudit,
  AllocatorContext,
  AllocatorHealth,
  FrameAllocatorType,
  FreeBlockVisitor,
  GlobalFrameAllocator,
} from '../../mm/global_frame_allocator.ts';
import type { Layout } from '../../mm/layout.ts';
import { PAGE_SIZE, type Paddr } from '../../mm/page.ts';
import { wholeLines } from '../../platform/struct.ts';
import type { Lock } from '../../sync/lock.ts';
import { auditBuddy, buddyHealth, visitFreeBuddies } from './audit.ts';
import type { CacheArray } from './cache.ts';
import { MAX_BUDDY_ORDER, orderOver } from './chunk.ts';
import { CpuArea, DRAINS, NO_MEMORY, NO_MEMORY_THOUGH_FREE, REFILLS } from './cpu_area.ts';
import { buddyParams, CACHED_FRAMES_MAX, cpuAreaLayout } from './params.ts';
import { Pools } from './pools.ts';
import { RECLAIM_NONE, Reclaimer } from './reclaim.ts';
import { buddyRemedies } from './remedies.ts';
import { BuddySet, buddySetWords } from './set.ts';
import { VainReclaims } from './vain_reclaims.ts';

// This module's own: see "Imported constants" in docs/performance.md.
const PAGE = PAGE_SIZE;
const NO_REQUEST = RECLAIM_NONE;
const CACHED_MAX = CACHED_FRAMES_MAX;

/** Ids of buddy sets: the global pool's, and from here on one for each CPU. */
const GLOBAL_SET_ID = 1;
const LOCAL_SET_ID = 2;

/** How often the other CPUs are asked for one frame, if they answer but others take it first. */
const SINGLE_FRAME_ROUNDS = 4;

/**
 * Per-CPU caches over per-CPU buddy pools over one global buddy pool: after the frame allocator that Asterinas ships
 * (osdk-frame-allocator), and, what its notes call missing, the reclaim of frames that other CPUs hold.
 *
 * Static data: the global set, then one area for each CPU.
 */
export const buddy: FrameAllocatorType = {
  name: 'buddy',
  description: 'per-CPU caches over per-CPU buddy pools over a global pool that is locked on demand',
  locks: ['global-pool'],
  staticWords: (shape) =>
    wholeLines(buddySetWords(MAX_BUDDY_ORDER)) + cpuAreaLayout(buddyParams(shape)).words * shape.cpus,
  attach: (context) => new BuddyAllocator(context),
  remedies: buddyRemedies,
};

class BuddyAllocator implements GlobalFrameAllocator, FrameNumberAllocator {
  private readonly words: Int32Array;
  private readonly slots: MetaSlots;
  private readonly frames: number;
  private readonly reclaimRequest: number;
  private readonly counters: Float64Array;
  private readonly caches: readonly CacheArray[];
  // Where this CPU's caches are: `CpuAreaLayout`, and their capacities by frames of a block.
  private readonly cachesAt: number;
  private readonly cacheShift: number;
  private readonly cacheCapacities: Int32Array;
  /** Blocks on their way from a full cache to the pool; made once, so that the path makes no objects. */
  private readonly drained: Int32Array;
  private readonly cpu: number;
  private readonly lock: Lock;
  private readonly area: CpuArea;
  private readonly areas: readonly CpuArea[];
  private readonly global: BuddySet;
  private readonly pools: Pools;
  private readonly reclaimer: Reclaimer;
  private readonly vainReclaims: VainReclaims;

  constructor(context: AllocatorContext) {
    const { words, base, cpus, slots } = context;
    const params = buddyParams(context);
    const layout = cpuAreaLayout(params);
    const areasAt = base + wholeLines(buddySetWords(MAX_BUDDY_ORDER));
    const areas: CpuArea[] = [];
    for (let cpu = 0; cpu < cpus; cpu++) {
      areas.push(new CpuArea(context, params, layout, areasAt + cpu * layout.words, LOCAL_SET_ID + cpu));
    }
    const lock = context.lock('global-pool');
    // An observer has no area of its own; it never allocates, so the object can be built on any.
    const cpu = Math.max(0, context.cpu);
    this.words = words;
    this.slots = slots;
    this.frames = slots.frames;
    this.areas = areas;
    this.area = areas[cpu];
    this.cpu = cpu;
    this.lock = lock;
    this.reclaimRequest = this.area.reclaimRequest;
    this.counters = this.area.counters;
    this.caches = this.area.caches;
    this.cachesAt = areasAt + cpu * layout.words + layout.caches;
    this.cacheShift = layout.cacheShift;
    this.cacheCapacities = Int32Array.from(params.cacheBlocks);
    this.drained = new Int32Array(Math.max(...params.cacheBlocks) >> 1);
    this.global = new BuddySet(slots, words, base, MAX_BUDDY_ORDER, GLOBAL_SET_ID);
    this.pools = new Pools(this.area, this.global, lock, cpus, params);
    this.reclaimer = new Reclaimer({
      words,
      areas,
      cpu,
      cpuStates: context.cpuStates,
      global: this.global,
      lock,
      params,
      checkStop: () => context.checkStop(),
    });
    this.vainReclaims = new VainReclaims(areas, this.reclaimer, slots.frames);
  }

  alloc(layout: Layout): Paddr | null {
    const frame = this.allocFrames(layout);
    return frame < 0 ? null : frame * PAGE;
  }

  dealloc(addr: Paddr, size: number): void {
    this.deallocFrames((addr / PAGE) | 0, (size / PAGE) | 0);
  }

  allocFrames(layout: Layout): number {
    const words = this.words;
    // The poll for reclaim requests is a plain read of a line that is hardly ever written.
    // framelab: racy a poll for a request, which is answered with atomic operations
    if (words[this.reclaimRequest] !== NO_REQUEST) this.reclaimer.answer();
    // One path for all sizes that have a cache: a branch on the size could not be predicted.
    const frames = layout.plainFrames;
    if (frames <= CACHED_MAX) {
      const at = this.cachesAt + (frames << this.cacheShift);
      const length = words[at];
      if (length > 0) {
        words[at] = length - 1;
        return words[at + length];
      }
    }
    return this.allocSlow(layout.frames, layout.alignFrames);
  }

  deallocFrames(frame: number, nframes: number): void {
    const words = this.words;
    // framelab: racy a poll for a request, which is answered with atomic operations
    if (words[this.reclaimRequest] !== NO_REQUEST) this.reclaimer.answer();
    if (nframes <= CACHED_MAX) {
      const at = this.cachesAt + (nframes << this.cacheShift);
      const length = words[at];
      if (length < this.cacheCapacities[nframes]) {
        // The block first, then the length: a thread that dies between the two loses a frame; the other order would
        // leave a stale block for the CPU that salvages its area.
        words[at + length + 1] = frame;
        words[at] = length + 1;
        return;
      }
    }
    this.deallocSlow(frame, nframes);
  }

  addFreeMemory(addr: Paddr, size: number): void {
    this.pools.add(addr / PAGE, size / PAGE);
  }

  flush(): void {
    this.reclaimer.flushOwn();
  }

  recover(held: readonly string[]): readonly string[] {
    const { area, global, reclaimer, cpu } = this;
    area.recover();
    const rebuilt = [`caches and pool of CPU ${cpu}`];
    if (held.includes(this.lock.name)) {
      global.rebuild();
      rebuilt.push('global pool');
    }
    reclaimer.answerNothing();
    return rebuilt;
  }

  freeSize(): number {
    let frames = this.global.glance();
    for (const area of this.areas) frames += area.freeFrames();
    return frames * PAGE;
  }

  audit(): AllocatorAudit {
    return auditBuddy(this.global, this.areas, this.lock.name);
  }

  health(): AllocatorHealth {
    return buddyHealth(this.global, this.areas);
  }

  visitFree(visit: FreeBlockVisitor): void {
    visitFreeBuddies(this.slots, this.areas, LOCAL_SET_ID, visit);
  }

  private allocSlow(frames: number, alignFrames: number): number {
    let frame: number;
    if (this.hasCache(frames) && alignFrames === 1) {
      frame = this.refill(this.caches[frames]);
    } else {
      frame = this.pools.alloc(frames, alignFrames);
    }
    if (frame < 0) frame = this.allocUnderPressure(frames, alignFrames);
    return frame;
  }

  private deallocSlow(frame: number, frames: number): void {
    if (!this.hasCache(frames)) {
      this.pools.dealloc(frame, frames);
      return;
    }
    const cache = this.caches[frames];
    this.drain(cache);
    cache.push(frame);
  }

  private hasCache(frames: number): boolean {
    return frames <= CACHED_MAX && this.cacheCapacities[frames] > 0;
  }

  /** Takes half a cache of blocks from the pools in one piece, or the largest piece there is. */
  private refill(cache: CacheArray): number {
    const size = cache.nframes;
    this.counters[REFILLS]++;
    // Near the end of memory a full batch would only strand frames here that others need.
    const share = Math.floor(this.pools.availableFrames() / this.areas.length / size);
    let blocks = Math.max(1, Math.min(cache.capacity >> 1, share >> 1));
    for (; blocks >= 1; blocks >>= 1) {
      const frame = this.pools.alloc(blocks * size, 1);
      if (frame < 0) continue;
      for (let i = blocks - 1; i >= 1; i--) cache.push(frame + i * size);
      return frame;
    }
    return -1;
  }

  /** Gives the older half of a full cache to the pool. */
  private drain(cache: CacheArray): void {
    this.counters[DRAINS]++;
    const count = cache.capacity >> 1;
    cache.takeOldest(count, this.drained);
    this.pools.deallocBatch(this.drained, count, cache.nframes);
  }

  private allocUnderPressure(frames: number, alignFrames: number): number {
    // A larger block is usually missing because memory is in pieces. A single frame never is: if it was brought in and
    // is gone, another CPU was faster.
    let rounds = frames === 1 && alignFrames === 1 ? SINGLE_FRAME_ROUNDS : 1;
    if (frames > this.frames || alignFrames > this.frames) rounds = 0;
    const order = orderOver(Math.max(frames, alignFrames));
    if (this.vainReclaims.spare(frames, order)) rounds = 0;
    for (; rounds > 0; rounds--) {
      const broughtIn = this.reclaimer.reclaim();
      const frame = this.pools.availableFrames() >= frames ? this.pools.alloc(frames, alignFrames) : -1;
      this.vainReclaims.note(order, frame >= 0);
      if (frame >= 0) return frame;
      if (!broughtIn) break;
    }
    this.counters[NO_MEMORY]++;
    if (this.freeSize() >= frames * PAGE) this.counters[NO_MEMORY_THOUGH_FREE]++;
    return -1;
  }
}
