import { describe, expect, it } from 'vitest';
import { allocatorTypes } from '#src/allocators/registry.js';
import { SLOT } from '#src/mm/frame/meta_slots.js';
import type { AllocatorParams } from '#src/mm/global_frame_allocator.js';
import { Layout } from '#src/mm/layout.js';
import { PAGE_SIZE } from '#src/mm/page.js';
import { Random } from '#src/platform/random.js';
import { CALL_SITES } from '#src/sync/lock.js';
import { bareAllocator, guardedWords } from './bare.ts';

const FRAMES = 512;

describe.each(allocatorTypes().map((type) => type.name))('the lock of %s', (name) => {
  it('is held whenever what all CPUs share is changed, and free after every call', () => {
    const params: AllocatorParams = name === 'buddy' ? { localOrders: 4, keepFrames: 8 } : {};
    const { words, lock, cpu } = bareAllocator(name, { frames: FRAMES, cpus: 2, params });
    const guarded = guardedWords(name, words);
    let released = guarded.slice();
    lock.onAcquire = () => expect(guarded).toEqual(released);
    lock.onRelease = () => {
      released = guarded.slice();
    };
    cpu[0].addFreeMemory(16 * PAGE_SIZE, (FRAMES - 16) * PAGE_SIZE);
    const random = new Random(3);
    const held: { addr: number; size: number }[][] = [[], []];
    for (let i = 0; i < 600; i++) {
      const who = random.below(2);
      const frames = 1 + random.below(random.chance(0.3) ? 40 : 6);
      const align = random.chance(0.2) ? 8 : 1;
      if (random.chance(0.55)) {
        const layout = Layout.fromSizeAlign(frames * PAGE_SIZE, align * PAGE_SIZE);
        const addr = cpu[who].alloc(layout);
        if (addr !== null) held[who].push({ addr, size: layout.size });
      } else {
        const [block] = held[who].splice(random.below(held[who].length), 1);
        if (block !== undefined) cpu[who].dealloc(block.addr, block.size);
      }
      if (random.chance(0.02)) cpu[who].flush?.();
      expect(lock.holder).toBe(-1);
    }
    expect(guarded).toEqual(released);
    for (const site of ['alloc', 'dealloc', 'add'] as const) expect(sitesOf(lock.sites)).toContain(site);
    for (const [who, blocks] of held.entries()) {
      for (const block of blocks) cpu[who].dealloc(block.addr, block.size);
      cpu[who].flush?.();
    }
    expect(cpu[0].audit?.()).toMatchObject({ problems: [], freeBytes: (FRAMES - 16) * PAGE_SIZE });
  });

  it('is taken at call sites that say what for', () => {
    const params: AllocatorParams = name === 'buddy' ? { localOrders: 4, keepFrames: 0 } : {};
    const { lock, cpu } = bareAllocator(name, { frames: FRAMES, params });
    const sitesIn = (action: () => unknown) => {
      lock.sites.length = 0;
      action();
      return new Set(sitesOf(lock.sites));
    };
    expect(sitesIn(() => cpu[0].addFreeMemory(0, FRAMES * PAGE_SIZE))).toEqual(new Set(['add']));
    let addr = 0;
    const large = Layout.ofFrames(64);
    expect(sitesIn(() => (addr = cpu[0].alloc(large) as number))).toEqual(new Set(['alloc']));
    expect(sitesIn(() => cpu[0].dealloc(addr, large.size))).toEqual(new Set(['dealloc']));
    if (name !== 'buddy') return;
    // Eight blocks that fit the CPU's pool, back with nothing that it may keep.
    const some = Array.from({ length: 60 }, () => cpu[0].alloc(Layout.ofFrames(8)) as number);
    const back = sitesIn(() => {
      for (const block of some) cpu[0].dealloc(block, 8 * PAGE_SIZE);
    });
    expect(back).toEqual(new Set(['balance']));
    cpu[0].alloc(Layout.ofFrames(1));
    expect(sitesIn(() => cpu[0].flush?.())).toEqual(new Set(['reclaim']));
  });

  it('is free again where the allocator finds its own lists broken', () => {
    if (name === 'bitmap') return;
    const { slots, lock, cpu } = bareAllocator(name, { frames: 64 });
    cpu[0].addFreeMemory(0, 64 * PAGE_SIZE);
    slots.words[SLOT.freeChunk] = 0;
    expect(() => cpu[0].alloc(Layout.ofFrames(8))).toThrow(
      expect.objectContaining({ code: 'CorruptAllocator' }),
    );
    expect(lock.holder).toBe(-1);
  });
});

function sitesOf(sites: readonly number[]): string[] {
  return sites.map((site) => CALL_SITES[site]);
}
