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
import { ALLOCS, CpuArea, DRAINS, NO_MEMORY, NO_MEMORY_FRAGMENTED, REFILLS } from './cpu_area.ts';
import { buddyParams, CACHED_FRAMES_MAX, cpuAreaLayout } from './params.ts';
import { Pools } from './pools.ts';
import { Reclaimer } from './reclaim.ts';
import { BuddySet, buddySetWords } from './set.ts';

/** Ids of buddy sets: the global pool's, and from here on one for each CPU. */
const GLOBAL_SET_ID = 1;
const LOCAL_SET_ID = 2;

/**
 * Per-CPU caches over per-CPU buddy pools over one global buddy pool: after the frame allocator that Asterinas
 * ships (osdk-frame-allocator), with what its notes miss, the reclaim of frames that other CPUs hold.
 *
 * Static data, in words: the reclaim request on a line of its own, the global set, then one area for each CPU.
 */
export const buddy: FrameAllocatorType = {
  name: 'buddy',
  description: 'per-CPU caches over per-CPU buddy pools over a global pool that is locked on demand',
  locks: ['global-pool'],
  staticWords: (shape) =>
    wholeLines(1) +
    wholeLines(buddySetWords(MAX_BUDDY_ORDER)) +
    shape.cpus * cpuAreaLayout(buddyParams(shape)).words,
  attach: (context) => new BuddyAllocator(context),
};

class BuddyAllocator implements GlobalFrameAllocator {
  private readonly words: Int32Array;
  private readonly frames: number;
  private readonly request: number;
  private readonly answered: number;
  private readonly counters: Float64Array;
  private readonly caches: readonly CacheArray[];
  private readonly singles: CacheArray;
  private readonly area: CpuArea;
  private readonly areas: readonly CpuArea[];
  private readonly global: BuddySet;
  private readonly pools: Pools;
  private readonly reclaimer: Reclaimer;

  constructor(context: AllocatorContext) {
    const { words, base, cpus, slots } = context;
    const params = buddyParams(context);
    const layout = cpuAreaLayout(params);
    const globalAt = base + wholeLines(1);
    const areasAt = globalAt + wholeLines(buddySetWords(MAX_BUDDY_ORDER));
    const areas: CpuArea[] = [];
    for (let cpu = 0; cpu < cpus; cpu++) {
      areas.push(new CpuArea(context, params, layout, areasAt + cpu * layout.words, LOCAL_SET_ID + cpu));
    }
    const lock = context.lock('global-pool');
    // An observer has no area of its own; it never allocates, so any will do to build the object.
    const cpu = Math.max(0, context.cpu);
    this.words = words;
    this.frames = slots.frames;
    this.request = base;
    this.areas = areas;
    this.area = areas[cpu];
    this.answered = this.area.answered;
    this.counters = this.area.counters;
    this.caches = this.area.caches;
    this.singles = this.caches[1];
    this.global = new BuddySet(slots, words, globalAt, MAX_BUDDY_ORDER, GLOBAL_SET_ID);
    this.pools = new Pools(this.area, this.global, lock, cpus, params);
    this.reclaimer = new Reclaimer({
      words,
      request: base,
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
    // The poll for reclaim requests: two plain reads of lines that are hardly ever written.
    if (this.words[this.request] !== this.words[this.answered]) this.reclaimer.answer();
    this.counters[ALLOCS]++;
    const frames = layout.frames;
    let frame: number;
    if (layout.alignFrames === 1 && frames <= CACHED_FRAMES_MAX) {
      const cache = frames === 1 ? this.singles : this.caches[frames];
      frame = cache.pop();
      if (frame < 0) frame = this.refill(cache);
    } else {
      frame = this.pools.alloc(frames, layout.alignFrames);
    }
    if (frame < 0) {
      frame = this.allocUnderPressure(frames, layout.alignFrames);
      if (frame < 0) return null;
    }
    return frame * PAGE_SIZE;
  }

  dealloc(addr: Paddr, size: number): void {
    if (this.words[this.request] !== this.words[this.answered]) this.reclaimer.answer();
    const frame = addr / PAGE_SIZE;
    const frames = size / PAGE_SIZE;
    if (frames <= CACHED_FRAMES_MAX) {
      const cache = frames === 1 ? this.singles : this.caches[frames];
      if (cache.push(frame)) return;
      this.drain(cache);
      cache.push(frame);
    } else {
      this.pools.dealloc(frame, frames);
    }
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
    const count = cache.capacity >> 1;
    this.counters[DRAINS]++;
    for (let i = 0; i < count; i++) this.pools.dealloc(cache.at(i), cache.nframes);
    cache.dropOldest(count);
  }

  private allocUnderPressure(frames: number, alignFrames: number): number {
    if (frames <= this.frames && this.reclaimer.reclaim()) {
      const frame = this.pools.alloc(frames, alignFrames);
      if (frame >= 0) return frame;
    }
    this.counters[NO_MEMORY]++;
    if (this.freeSize() >= frames * PAGE_SIZE) this.counters[NO_MEMORY_FRAGMENTED]++;
    return -1;
  }
}
