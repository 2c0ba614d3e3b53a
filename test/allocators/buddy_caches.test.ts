import { describe, expect, it } from 'vitest';
import { CacheArray } from '#src/allocators/buddy/cache.js';
import { buddyParams } from '#src/allocators/buddy/params.js';
import { Layout } from '#src/mm/layout.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { bareAllocator } from './bare.ts';

const FRAMES = 512;

describe.each([1, 2, 3])('caches of %i large blocks', (cacheLarge) => {
  it.each(Array.from({ length: 17 }, (_, i) => i + 1))(
    'hold blocks of %i frames, which everybody who counts finds',
    (frames) => {
      const params = { cacheLarge, cache1: 4, cache2: 4, cache3: 4, cache4: 4, keepFrames: 1000 };
      const { cpu, slots } = bareAllocator('buddy', { frames: FRAMES, cpus: 2, params });
      const [other, allocator] = cpu;
      other.addFreeMemory(0, FRAMES * PAGE_SIZE);
      const blocks = Array.from({ length: 6 }, () => allocator.alloc(Layout.ofFrames(frames)) as number);
      const free = (FRAMES - 6 * frames) * PAGE_SIZE;
      expect(allocator.freeSize!()).toBe(free);
      for (const addr of blocks) allocator.dealloc(addr, frames * PAGE_SIZE);

      const all = FRAMES * PAGE_SIZE;
      expect(allocator.freeSize!()).toBe(all);
      expect(allocator.audit!()).toMatchObject({ problems: [], freeBytes: all });
      const { freeBytes, perCpu } = allocator.health!();
      expect(freeBytes).toBe(all);
      expect(perCpu[1].cacheBytes > 0).toBe(frames <= 16);
      const seen = new Set<number>();
      let cached = 0;
      allocator.visitFree!((frame, count, place, owner) => {
        expect(owner).toBe(place === 'global' ? -1 : 1);
        if (place === 'cache') cached += count;
        for (let f = frame; f < frame + count; f++) seen.add(f);
      });
      expect(seen.size).toBe(slots.frames);
      expect(cached * PAGE_SIZE).toBe(perCpu[1].cacheBytes);

      allocator.flush!();
      expect(allocator.health!().perCpu[1]).toEqual({ cacheBytes: 0, poolBytes: 0 });
      expect(allocator.health!().largestFreeBlockBytes).toBe(all);
    },
  );
});

describe('a full cache', () => {
  it('takes no block more, and its neighbour is left alone', () => {
    const words = new Int32Array(10).fill(77);
    const cache = new CacheArray(words, 0, 1, 4);
    words[0] = 0;
    expect([0, 1, 2, 3, 4].map((frame) => cache.push(frame))).toEqual([true, true, true, true, false]);
    expect(cache.length).toBe(4);
    expect(words[5]).toBe(77);
  });

  it('has room of its own, whatever its size', () => {
    for (const blocks of [2, 3, 4, 7, 8, 15, 16]) {
      const params = { cache1: blocks, cache2: blocks, cache3: blocks, cache4: blocks, keepFrames: 1000 };
      const { cpu } = bareAllocator('buddy', { frames: FRAMES, params });
      const [allocator] = cpu;
      allocator.addFreeMemory(0, FRAMES * PAGE_SIZE);
      const held = [1, 2, 3, 4].flatMap((frames) =>
        Array.from({ length: blocks }, () => ({
          frames,
          addr: allocator.alloc(Layout.ofFrames(frames)) as number,
        })),
      );
      for (const { addr, frames } of held) allocator.dealloc(addr, frames * PAGE_SIZE);
      expect(allocator.audit!()).toMatchObject({ problems: [], freeBytes: FRAMES * PAGE_SIZE });
    }
  });

  it('is bounded: what one CPU caches may not take the kernel region', () => {
    const shape = { frames: FRAMES, cpus: 1 };
    expect(buddyParams({ ...shape, params: { cache1: 4095 } }).cacheBlocks[1]).toBe(4095);
    expect(() => buddyParams({ ...shape, params: { cache1: 4096 } })).toThrow('from 2 to 4095');
    expect(() => buddyParams({ ...shape, params: { cacheLarge: 4096 } })).toThrow('from 0 to 4095');
  });
});

describe('a thread that dies between any two stores', () => {
  it('leaves no block in a cache that is somebody’s, or in it twice', () => {
    const params = { cache1: 4, cache2: 4, cache3: 2, cache4: 2, cacheLarge: 2, keepFrames: 1000 };
    let look = () => {};
    const watched = bareAllocator('buddy', {
      frames: FRAMES,
      params,
      // Every store to the caches is looked at before and after: what stands there may be what a thread leaves.
      view: (words) =>
        new Proxy(words, {
          get(target, key) {
            const value = Reflect.get(target, key);
            return typeof value === 'function' ? value.bind(target) : value;
          },
          set(target, key, value) {
            look();
            Reflect.set(target, key, value);
            look();
            return true;
          },
        }),
    });
    const [allocator] = watched.cpu;
    allocator.addFreeMemory(0, FRAMES * PAGE_SIZE);
    const mine = new Set<number>();
    let looks = 0;
    look = () => {
      looks++;
      const found = new Set<number>();
      allocator.visitFree!((frame, count, place) => {
        if (place !== 'cache') return;
        for (let f = frame; f < frame + count; f++) {
          if (mine.has(f) || found.has(f)) throw new Error(`frame ${f} is in a cache, and elsewhere`);
          found.add(f);
        }
      });
    };
    const held: { addr: number; frames: number }[] = [];
    for (let step = 0; step < 300; step++) {
      if (step % 30 < 15) {
        const frames = [1, 1, 2, 3, 4, 10][step % 6];
        const addr = allocator.alloc(Layout.ofFrames(frames)) as number;
        for (let f = 0; f < frames; f++) mine.add(addr / PAGE_SIZE + f);
        held.push({ addr, frames });
      } else {
        // Not the youngest first: a stale block and the one that comes are then never the same.
        const [{ addr, frames }] = held.splice((step * 7) % held.length, 1);
        for (let f = 0; f < frames; f++) mine.delete(addr / PAGE_SIZE + f);
        allocator.dealloc(addr, frames * PAGE_SIZE);
      }
    }
    expect(looks).toBeGreaterThan(1000);
    expect(allocator.freeSize!()).toBe(FRAMES * PAGE_SIZE);
  });
});
