import { describe, expect, it } from 'vitest';
import { SLOT } from '#src/mm/frame/meta_slots.js';
import { Layout } from '#src/mm/layout.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { CALL_SITE_ALLOC, CALL_SITE_BALANCE, CALL_SITE_RECLAIM } from '#src/sync/lock.js';
import { bareAllocator, buddyArea } from './bare.ts';

const FRAMES = 1024;

function buddy(params: Record<string, number>, frames = FRAMES, cpus = 1) {
  const bare = bareAllocator('buddy', { frames, cpus, params });
  const [allocator] = bare.cpu;
  allocator.addFreeMemory(0, frames * PAGE_SIZE);
  const alloc = (size: number, align = 1) => {
    const addr = allocator.alloc(Layout.fromSizeAlign(size * PAGE_SIZE, align * PAGE_SIZE));
    return addr === null ? -1 : addr / PAGE_SIZE;
  };
  const free = (frame: number, size: number) => allocator.dealloc(frame * PAGE_SIZE, size * PAGE_SIZE);
  const health = () => allocator.health!();
  const pool = (cpu = 0) => health().perCpu[cpu].poolBytes / PAGE_SIZE;
  const cache = (cpu = 0) => health().perCpu[cpu].cacheBytes / PAGE_SIZE;
  return { ...bare, allocator, alloc, free, health, pool, cache };
}

describe('the pool of a CPU', () => {
  it('never holds more than twice what is expected of it, however large the block that comes back', () => {
    const { alloc, free, pool, health } = buddy({ keepFrames: 4 }, FRAMES, 2);
    const expected = () => Math.floor((health().freeBytes / PAGE_SIZE - pool()) / 2 / 2);
    const blocks = [300, ...new Array(40).fill(8)].map((frames) => ({ frame: alloc(frames), frames }));
    for (const { frame, frames } of blocks) {
      expect(frame).toBeGreaterThanOrEqual(0);
      free(frame, frames);
      expect(pool()).toBeLessThanOrEqual(Math.max(4, 2 * expected()));
    }
  });

  it('gives back nothing below the threshold, and beyond it all but what is expected', () => {
    const params = { keepFrames: 0, expectedPortion: 3, maximalMultiplier: 4 };
    const { alloc, free, pool, health } = buddy(params, FRAMES, 1);
    const blocks = Array.from({ length: 120 }, () => alloc(8));
    let gaveBack = 0;
    for (const frame of blocks) {
      const { freeBytes, counters } = health();
      const before = pool();
      const expected = Math.floor((freeBytes / PAGE_SIZE - before) / 3);
      free(frame, 8);
      const giving = before + 8 > 4 * expected;
      expect(health().counters.globalGiveBacks).toBe(counters.globalGiveBacks + (giving ? 1 : 0));
      expect(pool()).toBe(giving ? expected : before + 8);
      if (giving) gaveBack++;
    }
    expect(gaveBack).toBeGreaterThan(1);
    expect(gaveBack).toBeLessThan(blocks.length / 2);
  });

  it('keeps what it may keep', () => {
    const { alloc, free, pool } = buddy({ keepFrames: 500 }, FRAMES, 8);
    const blocks = Array.from({ length: 50 }, () => alloc(8));
    for (const frame of blocks) free(frame, 8);
    expect(pool()).toBeGreaterThanOrEqual(400);
  });

  it('fetches its share at once, and counts its trips to the lock', () => {
    const { alloc, health, lock, pool } = buddy({}, FRAMES, 2);
    alloc(8);
    // A quarter of all: half of one CPU's share, in one chunk.
    expect(pool()).toBe(FRAMES / 4 - 8);
    for (let i = 0; i < 40; i++) alloc(8);
    const { counters } = health();
    expect(lock.sites.filter((site) => site === CALL_SITE_ALLOC)).toHaveLength(counters.globalFetches);
    expect(counters.globalFetches).toBeLessThan(10);
    expect(counters.poolAllocs).toBe(41);
  });

  it('holds no chunk beyond its orders, whatever is taken and given', () => {
    const { allocator, alloc, free } = buddy({ localOrders: 3, keepFrames: 1000 });
    const blocks = [
      [5, 1],
      [8, 1],
      [1, 16],
      [2, 8],
      [9, 1],
      [20, 32],
      [64, 1],
    ].map(([frames, align]) => ({ frame: alloc(frames, align), frames }));
    expect(allocator.audit?.().problems).toEqual([]);
    for (const { frame, frames } of blocks) {
      free(frame, frames);
      expect(allocator.audit?.().problems).toEqual([]);
    }
    expect(allocator.freeSize?.()).toBe(FRAMES * PAGE_SIZE);
    allocator.flush?.();
    expect(allocator.health?.().largestFreeBlockBytes).toBe(FRAMES * PAGE_SIZE);
  });

  it('goes to the global pool as a whole when it is flushed, in trips of 64 chunks', () => {
    const { allocator, alloc, free, lock, pool, cache } = buddy({ keepFrames: 1000, cache1: 2 });
    const singles = Array.from({ length: 400 }, () => alloc(1));
    for (const [i, frame] of singles.entries()) if (i % 2 === 0) free(frame, 1);
    expect(pool()).toBeGreaterThan(150);
    lock.sites.length = 0;
    allocator.flush?.();
    expect([pool(), cache()]).toEqual([0, 0]);
    expect(lock.sites.length).toBeGreaterThanOrEqual(3);
    expect(lock.sites.length).toBeLessThan(10);
    expect(new Set(lock.sites)).toEqual(new Set([CALL_SITE_RECLAIM]));
  });
});

describe('the caches of a CPU', () => {
  it('are filled half when they are empty, and give back their older half when they are full', () => {
    const { alloc, free, health, cache } = buddy({ cache1: 8, cache2: 8, cache3: 4, cache4: 4 });
    alloc(1);
    expect(cache()).toBe(3);
    alloc(3);
    expect(cache()).toBe(3 + 3);
    const singles = Array.from({ length: 11 }, () => alloc(1));
    expect(health().counters.cacheRefills).toBe(4);
    for (const frame of singles.slice(0, 9)) free(frame, 1);
    expect(health().counters.cacheDrains).toBe(1);
    // Half of eight went, and the ninth came.
    expect(cache()).toBe(3 + 5);
    const [, , , , ...younger] = singles.slice(0, 9);
    expect(younger.map(() => alloc(1))).toEqual(younger.reverse());
  });

  it('give back what the pool may not keep in one trip to the lock, not in one for each block', () => {
    const { alloc, free, health, lock, pool } = buddy({ cache1: 64, keepFrames: 0, expectedPortion: 1024 });
    const singles = Array.from({ length: 65 }, () => alloc(1));
    while (health().perCpu[0].cacheBytes > 0) singles.push(alloc(1));
    const before = health().counters;
    lock.sites.length = 0;
    for (const frame of singles.slice(0, 65)) free(frame, 1);
    const { counters } = health();
    expect(counters.cacheDrains - before.cacheDrains).toBe(1);
    expect(counters.poolDeallocs - before.poolDeallocs).toBe(32);
    expect(lock.sites).toEqual([CALL_SITE_BALANCE]);
    expect(pool()).toBe(0);
  });

  it('take smaller batches where memory comes in small pieces', () => {
    const { allocator, alloc } = bareFragmented();
    for (let i = 0; i < 32; i++) expect(alloc(2) % 4).toBe(0);
    // No other CPU was troubled for them.
    expect(allocator.health?.().counters.reclaims).toBe(0);
    expect(alloc(2)).toBe(-1);
    expect(allocator.freeSize?.()).toBe(0);
  });

  it('are part of what the audit proves', () => {
    const { allocator, words, alloc, free } = buddy({ cache1: 4 });
    free(alloc(1), 1);
    const area = buddyArea({ frames: FRAMES, cpus: 1, params: { cache1: 4 } }, 0);
    const length = words[area.cache(1)];
    words[area.cache(1)] = 5;
    expect(allocator.audit?.().problems).toEqual([expect.stringContaining('holds 5 blocks of 4')]);
    words[area.cache(1)] = length;
    expect(allocator.audit?.()).toMatchObject({ problems: [], freeBytes: FRAMES * PAGE_SIZE });
  });
});

describe('an allocation that fails', () => {
  it('is counted, and told apart from one that fails for want of frames', () => {
    const { alloc, free, health } = buddy({}, 16);
    for (let i = 0; i < 16; i++) expect(alloc(1)).toBeGreaterThanOrEqual(0);
    free(3, 1);
    expect(alloc(2)).toBe(-1);
    expect(health().counters).toMatchObject({ noMemory: 1, noMemoryThoughFree: 0 });
    free(8, 1);
    expect(alloc(2)).toBe(-1);
    expect(health().counters).toMatchObject({ noMemory: 2, noMemoryThoughFree: 1 });
  });
});

describe('health', () => {
  it('knows the largest free block wherever it is', () => {
    const { alloc, free, health, pool } = buddy({ keepFrames: 1000 });
    const block = alloc(512);
    while (alloc(8) >= 0);
    free(block, 512);
    expect(pool()).toBeGreaterThanOrEqual(512);
    expect(health()).toMatchObject({ largestFreeBlockBytes: 512 * PAGE_SIZE });
    expect(health().freeBlocksByOrder.reduce((sum, n) => sum + n, 0)).toBe(0);
  });

  it('counts the splits and merges of all pools', () => {
    const { allocator, alloc, free, health, slots } = buddy({ keepFrames: 1000 });
    const before = health().counters;
    const frame = alloc(8);
    expect(health().counters.splits).toBeGreaterThan(before.splits);
    free(frame, 8);
    allocator.flush?.();
    expect(health().counters.merges).toBeGreaterThan(before.merges);
    expect(slots.words[SLOT.freeChunk]).not.toBe(0);
  });
});

/** 128 frames of which every other pair is free: 64, in 32 pieces. */
function bareFragmented() {
  const bare = bareAllocator('buddy', { frames: 128, params: { cache2: 16 } });
  const [allocator] = bare.cpu;
  for (let frame = 0; frame < 128; frame += 4) allocator.addFreeMemory(frame * PAGE_SIZE, 2 * PAGE_SIZE);
  const alloc = (frames: number) => {
    const addr = allocator.alloc(Layout.ofFrames(frames));
    return addr === null ? -1 : addr / PAGE_SIZE;
  };
  return { allocator, alloc };
}
