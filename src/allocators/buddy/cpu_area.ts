import type { AllocatorContext } from '../../mm/global_frame_allocator.ts';
import { CacheArray } from './cache.ts';
import { type BuddyParams, CACHED_FRAMES_MAX, COUNTER_SLOTS, type CpuAreaLayout } from './params.ts';
import { BuddySet } from './set.ts';

// Events that a CPU counts, as doubles: 32-bit counters would wrap. Allocations from a cache are not counted: counting
// would cost a tenth of the allocation.
export const REFILLS = 0;
export const DRAINS = 1;
export const POOL_ALLOCS = 2;
export const POOL_DEALLOCS = 3;
/** Trips to the global pool's lock to fetch chunks. */
export const FETCHES = 4;
/** Trips to the global pool's lock to give chunks back. */
export const GIVE_BACKS = 5;
export const RECLAIMS = 6;
export const RECLAIM_ANSWERS = 7;
export const RECLAIM_SEIZURES = 8;
export const NO_MEMORY = 9;
/** Allocations that failed though enough frames were free: in pieces, or held by CPUs that did not answer. */
export const NO_MEMORY_THOUGH_FREE = 10;

/** One CPU's own caches and pool: plain words that only their owner touches while it is online. */
export class CpuArea {
  /** By frames of a block; index 0 is unused. */
  readonly caches: readonly CacheArray[];
  readonly pool: BuddySet;
  readonly counters: Float64Array;
  /** Word that others raise to ask for this CPU's frames: one of the `RECLAIM_` states. */
  readonly reclaimRequest: number;

  constructor(
    context: AllocatorContext,
    params: BuddyParams,
    layout: CpuAreaLayout,
    base: number,
    setId: number,
  ) {
    const { words } = context;
    const caches: CacheArray[] = [];
    for (let n = 0; n <= CACHED_FRAMES_MAX; n++) {
      const at = base + layout.caches + (n << layout.cacheShift);
      caches.push(new CacheArray(words, at, n, params.cacheBlocks[n]));
    }
    this.caches = caches;
    this.pool = new BuddySet(context.slots, words, base + layout.pool, params.localOrders, setId);
    this.counters = new Float64Array(
      words.buffer,
      words.byteOffset + (base + layout.counters) * 4,
      COUNTER_SLOTS,
    );
    this.reclaimRequest = base + layout.reclaimRequest;
  }

  /** Frames in the caches, for their own CPU. */
  cachedFrames(): number {
    let frames = 0;
    for (let n = 1; n <= CACHED_FRAMES_MAX; n++) frames += this.caches[n].length * n;
    return frames;
  }

  /** Frames in the caches and the pool, for any CPU: the figure of a moment ago where their own CPU runs. */
  freeFrames(): number {
    let frames = this.pool.glance();
    for (let n = 1; n <= CACHED_FRAMES_MAX; n++) frames += this.caches[n].glance() * n;
    return frames;
  }

  /**
   * Makes the area whole after its CPU's thread died between any two of its stores. Its caches are never half changed:
   * see `CacheArray`.
   */
  recover(): void {
    this.pool.rebuild();
  }

  /** Empties the caches into the pool, where the blocks coalesce. */
  emptyCaches(): void {
    for (let n = 1; n <= CACHED_FRAMES_MAX; n++) {
      for (let frame = this.caches[n].pop(); frame >= 0; frame = this.caches[n].pop())
        this.pool.insertRun(frame, n);
    }
  }
}
