import {
  CALL_SITE_ADD,
  CALL_SITE_ALLOC,
  CALL_SITE_BALANCE,
  CALL_SITE_DEALLOC,
  type Lock,
} from '../../sync/lock.ts';
import { firstChunkOrder, orderOver, orderUnder } from './chunk.ts';
import { type CpuArea, FETCHES, GIVE_BACKS, POOL_ALLOCS, POOL_DEALLOCS } from './cpu_area.ts';
import type { BuddyParams } from './params.ts';
import type { BuddySet } from './set.ts';

// Powers of two are shifts here: V8 compiles `2 ** order` into a call of pow(), which took a sixth of the time of a
// mixed load. Orders end at 30, since a chunk is a number of frames of 31 bits.

/** Chunks moved in one trip at most: it bounds how long the lock is held where a pool is in many pieces. */
const CHUNKS_PER_TRIP = 64;

/**
 * A CPU's own buddy pool over the global one. The global pool's lock is taken only where the CPU's pool has
 * no chunk that is large enough, or has too many frames.
 *
 * After `pools` and `pools::balancing` of Asterinas' osdk-frame-allocator: a CPU's pool is expected to hold
 * 1/2 of its share of what the global pool holds, and gives back once it holds twice that.
 */
export class Pools {
  private readonly area: CpuArea;
  private readonly local: BuddySet;
  private readonly global: BuddySet;
  private readonly lock: Lock;
  /** A CPU's pool is expected to hold what the global pool holds, divided by this. */
  private readonly expectedParts: number;
  private readonly params: BuddyParams;

  constructor(area: CpuArea, global: BuddySet, lock: Lock, cpus: number, params: BuddyParams) {
    this.area = area;
    this.local = area.pool;
    this.global = global;
    this.lock = lock;
    this.expectedParts = cpus * params.expectedPortion;
    this.params = params;
  }

  /** Allocates `frames` contiguous frames at a multiple of `alignFrames`; -1 if neither pool has them. */
  alloc(frames: number, alignFrames: number): number {
    const order = orderOver(frames > alignFrames ? frames : alignFrames);
    this.area.counters[POOL_ALLOCS]++;
    if (order >= this.global.maxOrder) return -1;
    let frame = order < this.local.maxOrder ? this.local.take(order) : -1;
    if (frame < 0) {
      frame = this.fetch(order);
      if (frame < 0) return -1;
    }
    const rest = (1 << order) - frames;
    if (rest > 0) {
      if (order <= this.local.maxOrder) this.local.insertTail(frame + frames, rest);
      else this.insertLarge(frame + frames, rest, CALL_SITE_ALLOC);
    }
    return frame;
  }

  /** Takes back any run of frames. */
  dealloc(frame: number, frames: number): void {
    this.area.counters[POOL_DEALLOCS]++;
    this.insertRun(frame, frames, CALL_SITE_DEALLOC);
    this.giveBackSurplus();
  }

  /**
   * Takes back the first `count` of these blocks of `frames` frames each. The global pool is looked at once: another CPU
   * writes the word that says how much it holds, and each look would fetch it from that CPU's core.
   */
  deallocBatch(blocks: Int32Array, count: number, frames: number): void {
    this.area.counters[POOL_DEALLOCS] += count;
    for (let i = 0; i < count; i++) this.insertRun(blocks[i], frames, CALL_SITE_DEALLOC);
    this.giveBackSurplus();
  }

  /** Takes frames that are new to the allocator: all go to the global pool. */
  add(frame: number, frames: number): void {
    this.lock.acquire(CALL_SITE_ADD);
    try {
      this.global.insertRun(frame, frames);
    } finally {
      this.lock.release();
    }
  }

  /** Frames that this CPU can get without asking others, in whatever pieces (a racy look). */
  availableFrames(): number {
    return this.local.totalFrames() + this.global.glance();
  }

  /** Frames that a CPU's pool is expected to hold, by what the global pool holds now (a racy look). */
  private expectedFrames(): number {
    return Math.floor(this.global.glance() / this.expectedParts);
  }

  /** Takes a chunk of that order from the global pool, and as much as this CPU's pool lacks. */
  private fetch(order: number): number {
    this.area.counters[FETCHES]++;
    const wanted = this.expectedFrames() - this.local.totalFrames();
    let from = wanted > 1 << order ? orderUnder(wanted) : order;
    if (from > this.local.maxOrder - 1) from = Math.max(order, this.local.maxOrder - 1);
    let frame = -1;
    this.lock.acquire(CALL_SITE_ALLOC);
    try {
      for (; from >= order; from--) {
        frame = this.global.take(from);
        if (frame >= 0) break;
      }
    } finally {
      this.lock.release();
    }
    if (from > order) this.local.insertTail(frame + (1 << order), (1 << from) - (1 << order));
    return frame;
  }

  private insertRun(frame: number, frames: number, site: number): void {
    const local = this.local;
    while (frames > 0) {
      const order = firstChunkOrder(frame, frames);
      if (order >= local.maxOrder) this.insertLarge(frame, 1 << order, site);
      else local.insert(frame, order);
      frame += 1 << order;
      frames -= 1 << order;
    }
  }

  private insertLarge(frame: number, frames: number, site: number): void {
    this.area.counters[GIVE_BACKS]++;
    this.lock.acquire(site);
    try {
      this.global.insertRun(frame, frames);
    } finally {
      this.lock.release();
    }
  }

  private giveBackSurplus(): void {
    const local = this.local;
    if (local.totalFrames() <= this.params.keepFrames) return;
    const expected = this.expectedFrames();
    const surplus =
      local.totalFrames() - Math.max(expected * this.params.maximalMultiplier, this.params.keepFrames);
    if (surplus <= 0) return;
    this.area.counters[GIVE_BACKS]++;
    moveToGlobal(local, this.global, this.lock, local.totalFrames() - expected, CALL_SITE_BALANCE);
  }
}

/** Moves up to `frames` frames in large chunks, in one or more trips to the lock that are each bounded. */
export function moveToGlobal(
  local: BuddySet,
  global: BuddySet,
  lock: Lock,
  frames: number,
  site: number,
): void {
  while (frames > 0 && local.totalFrames() > 0) {
    lock.acquire(site);
    try {
      for (let chunks = 0; chunks < CHUNKS_PER_TRIP && frames > 0; chunks++) {
        const largest = local.largestOrder();
        if (largest < 0) return;
        const fitting = orderUnder(frames);
        const order = fitting < largest ? fitting : largest;
        global.insertRun(local.take(order), 1 << order);
        frames -= 1 << order;
      }
    } finally {
      lock.release();
    }
  }
}
