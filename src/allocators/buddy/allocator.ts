import type {
  AllocatorAudit,
  AllocatorContext,
  AllocatorHealth,
  FrameAllocatorType,
  GlobalFrameAllocator,
} from '../../mm/global_frame_allocator.ts';
import type { Layout } from '../../mm/layout.ts';
import { PAGE_SIZE, type Paddr } from '../../mm/page.ts';
import { wholeLines } from '../../platform/struct.ts';
import { auditBuddy, buddyHealth } from './audit.ts';
import type { CacheArray } from './cache.ts';
import { MAX_BUDDY_ORDER } from './chunk.ts';
import { CpuArea, DRAINS, NO_MEMORY, NO_MEMORY_THOUGH_FREE, REFILLS } from './cpu_area.ts';
import { buddyParams, CACHED_FRAMES_MAX, cpuAreaLayout } from './params.ts';
import { Pools } from './pools.ts';
import { RECLAIM_NONE, Reclaimer } from './reclaim.ts';
import { BuddySet, buddySetWords } from './set.ts';

/** Ids of buddy sets: the global pool's, and from here on one for each CPU. */
const GLOBAL_SET_ID = 1;
const LOCAL_SET_ID = 2;

/** How often the others are asked for the sake of one frame, as long as they answer and others take it first. */
const SINGLE_FRAME_ROUNDS = 16;

/**
 * Per-CPU caches over per-CPU buddy pools over one global buddy pool: after the frame allocator that Asterinas
 * ships (osdk-frame-allocator), with what its notes miss, the reclaim of frames that other CPUs hold.
 *
 * Static data: the global set, then one area for each CPU.
 */
export const buddy: FrameAllocatorType = {
  name: 'buddy',
  description: 'per-CPU caches over per-CPU buddy pools over a global pool that is locked on demand',
  locks: ['global-pool'],
  staticWords: (shape) =>
    wholeLines(buddySetWords(MAX_BUDDY_ORDER)) + shape.cpus * cpuAreaLayout(buddyParams(shape)).words,
  attach: (context) => new BuddyAllocator(context),
};

class BuddyAllocator implements GlobalFrameAllocator {
  private readonly words: Int32Array;
  private readonly frames: number;
  private readonly reclaimRequest: number;
  private readonly counters: Float64Array;
  private readonly caches: readonly CacheArray[];
  // The cache of single frames, opened up: the path that most calls take reads as few fields as can be.
  private readonly singlesAt: number;
  private readonly singlesCapacity: number;
  private readonly area: CpuArea;
  private readonly areas: readonly CpuArea[];
  private readonly global: BuddySet;
  private readonly pools: Pools;
  private readonly reclaimer: Reclaimer;

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
    // An observer has no area of its own; it never allocates, so any will do to build the object.
    const cpu = Math.max(0, context.cpu);
    this.words = words;
    this.frames = slots.frames;
    this.areas = areas;
    this.area = areas[cpu];
    this.reclaimRequest = this.area.reclaimRequest;
    this.counters = this.area.counters;
    this.caches = this.area.caches;
    this.singlesAt = this.caches[1].at;
    this.singlesCapacity = this.caches[1].capacity;
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
  }

  alloc(layout: Layout): Paddr | null {
    const words = this.words;
    // The poll for reclaim requests is a plain read of a line that is hardly ever written.
    if (words[this.reclaimRequest] !== RECLAIM_NONE) this.reclaimer.answer();
    if (layout.isSingleFrame) {
      const length = words[this.singlesAt];
      if (length > 0) {
        words[this.singlesAt] = length - 1;
        return words[this.singlesAt + length] * PAGE_SIZE;
      }
    }
    return this.allocSlow(layout.frames, layout.alignFrames);
  }

  dealloc(addr: Paddr, size: number): void {
    const words = this.words;
    if (words[this.reclaimRequest] !== RECLAIM_NONE) this.reclaimer.answer();
    if (size === PAGE_SIZE) {
      const length = words[this.singlesAt];
      if (length < this.singlesCapacity) {
        // The block first, then the length: a thread that dies between the two loses a frame, where the other
        // order would leave a stale block for whoever salvages its area.
        words[this.singlesAt + length + 1] = addr / PAGE_SIZE;
        words[this.singlesAt] = length + 1;
        return;
      }
    }
    this.deallocSlow(addr / PAGE_SIZE, size / PAGE_SIZE);
  }

  addFreeMemory(addr: Paddr, size: number): void {
    this.pools.add(addr / PAGE_SIZE, size / PAGE_SIZE);
  }

  flush(): void {
    this.reclaimer.flushOwn();
  }

  freeSize(): number {
    let frames = this.global.totalFrames();
    for (const area of this.areas) frames += area.freeFrames();
    return frames * PAGE_SIZE;
  }

  audit(): AllocatorAudit {
    return auditBuddy(this.global, this.areas);
  }

  health(): AllocatorHealth {
    return buddyHealth(this.global, this.areas);
  }

  private allocSlow(frames: number, alignFrames: number): Paddr | null {
    let frame: number;
    if (frames <= CACHED_FRAMES_MAX && alignFrames === 1) {
      const cache = this.caches[frames];
      frame = cache.pop();
      if (frame < 0) frame = this.refill(cache);
    } else {
      frame = this.pools.alloc(frames, alignFrames);
    }
    if (frame < 0) frame = this.allocUnderPressure(frames, alignFrames);
    return frame < 0 ? null : frame * PAGE_SIZE;
  }

  private deallocSlow(frame: number, frames: number): void {
    if (frames > CACHED_FRAMES_MAX) {
      this.pools.dealloc(frame, frames);
      return;
    }
    const cache = this.caches[frames];
    if (cache.push(frame)) return;
    this.drain(cache);
    cache.push(frame);
  }

  /** Takes half a cache of blocks from the pools in one piece, or as large a piece as there is. */
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
    for (const frame of cache.takeOldest(cache.capacity >> 1)) this.pools.dealloc(frame, cache.nframes);
  }

  private allocUnderPressure(frames: number, alignFrames: number): number {
    // A larger block is missing because memory is in pieces, as a rule. A single frame never is: if it was
    // brought in and is gone, another CPU was faster.
    let rounds = frames === 1 && alignFrames === 1 ? SINGLE_FRAME_ROUNDS : 1;
    if (frames > this.frames || alignFrames > this.frames) rounds = 0;
    for (; rounds > 0; rounds--) {
      const broughtIn = this.reclaimer.reclaim();
      if (this.pools.availableFrames() >= frames) {
        const frame = this.pools.alloc(frames, alignFrames);
        if (frame >= 0) return frame;
      }
      if (!broughtIn) break;
    }
    this.counters[NO_MEMORY]++;
    if (this.freeSize() >= frames * PAGE_SIZE) this.counters[NO_MEMORY_THOUGH_FREE]++;
    return -1;
  }
}
