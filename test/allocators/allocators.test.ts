import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocatorTypes } from '#src/allocators/registry.js';
import { Machine } from '#src/machine/machine.js';
import { Layout } from '#src/mm/layout.js';
import { PAGE_SIZE } from '#src/mm/page.js';

const NAMES = allocatorTypes().map((type) => type.name);

describe.each(NAMES)('%s', (allocator) => {
  it.each([
    [1, 1],
    [2, 1],
    [3, 1],
    [4, 1],
    [2, 2],
    [4, 4],
    [8, 8],
    [16, 16],
    [1, 64],
    [10, 32],
    [100, 1],
  ])('gives %i frames aligned to %i, all of them unused', (frames, align) => {
    const machine = Machine.boot({ memory: 2 ** 22, cpus: 2, allocator });
    const layout = Layout.fromSizeAlign(frames * PAGE_SIZE, align * PAGE_SIZE);
    const addrs: number[] = [];
    for (let i = 0; i < 3; i++) {
      const addr = machine.allocator.alloc(layout) as number;
      expect(addr % layout.align).toBe(0);
      for (let f = 0; f < frames; f++) expect(machine.frameMap.use(addr / PAGE_SIZE + f)).toBe('allocated');
      addrs.push(addr);
    }
    for (const addr of addrs) machine.allocator.dealloc(addr, layout.size);
    expect(machine.audit().problems).toEqual([]);
  });

  it('gives out every frame there is, one by one, and then null', () => {
    const machine = Machine.boot({ memory: 2 ** 21, cpus: 3, allocator });
    const all = machine.audit().freeBytes;
    const seen = new Set<number>();
    for (let addr = machine.allocator.alloc(Layout.ofFrames(1)); addr !== null; ) {
      seen.add(addr);
      addr = machine.allocator.alloc(Layout.ofFrames(1));
    }
    expect(seen.size * PAGE_SIZE).toBe(all);
    expect(machine.health()).toMatchObject({ freeBytes: 0, largestFreeBlockBytes: 0 });
    for (const addr of seen) machine.allocator.dealloc(addr, PAGE_SIZE);
    machine.allocator.flush?.();
    expect(machine.audit()).toMatchObject({ problems: [], freeBytes: all });
  });

  it('agrees with a model of allocated frames, frees in pieces, and coalesces all in the end', () => {
    const step = fc.record({
      alloc: fc.boolean(),
      frames: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 40 })),
      align: fc.integer({ min: 0, max: 5 }),
      pick: fc.nat(1000),
      cut: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
        const machine = Machine.boot({ memory: 256 * PAGE_SIZE, cpus: 2, allocator });
        const before = machine.audit().freeBytes;
        const held: { frame: number; frames: number }[] = [];
        const owned = new Set<number>();
        for (const { alloc, frames, align, pick, cut } of steps) {
          if (alloc) {
            const addr = machine.allocator.alloc(
              Layout.fromSizeAlign(frames * PAGE_SIZE, 2 ** align * PAGE_SIZE),
            );
            if (addr === null) continue;
            expect(addr % (2 ** align * PAGE_SIZE)).toBe(0);
            for (let f = addr / PAGE_SIZE; f < addr / PAGE_SIZE + frames; f++) {
              expect(owned.has(f)).toBe(false);
              owned.add(f);
            }
            held.push({ frame: addr / PAGE_SIZE, frames });
          } else if (held.length > 0) {
            // A piece of a block comes back, from its middle perhaps; the rest stays allocated.
            const [block] = held.splice(pick % held.length, 1);
            const start = Math.min(block.frames - 1, Math.floor(cut * block.frames));
            const size = 1 + (pick % (block.frames - start));
            machine.allocator.dealloc((block.frame + start) * PAGE_SIZE, size * PAGE_SIZE);
            for (let f = block.frame + start; f < block.frame + start + size; f++) owned.delete(f);
            if (start > 0) held.push({ frame: block.frame, frames: start });
            const rest = block.frames - start - size;
            if (rest > 0) held.push({ frame: block.frame + start + size, frames: rest });
          }
          expect(machine.allocator.freeSize?.()).toBe(before - owned.size * PAGE_SIZE);
        }
        expect(machine.audit().problems).toEqual([]);
        for (const { frame, frames } of held)
          machine.allocator.dealloc(frame * PAGE_SIZE, frames * PAGE_SIZE);
        machine.detach();
        const observer = Machine.observe(machine.handle);
        expect(observer.audit()).toMatchObject({ problems: [], freeBytes: before });
        const reborn = Machine.boot({ memory: 256 * PAGE_SIZE, cpus: 2, allocator });
        // With everything back and flushed, the largest block is what it was at boot.
        expect(observer.health().largestFreeBlockBytes).toBe(reborn.health().largestFreeBlockBytes);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['twice', (m: Machine, addr: number) => m.allocator.dealloc(addr, PAGE_SIZE), 'BadFree', 'free already'],
    [
      'partly twice',
      (m: Machine, addr: number) => m.allocator.dealloc(addr, 2 * PAGE_SIZE),
      'BadFree',
      'free already',
    ],
    ['of kernel memory', (m: Machine) => m.allocator.dealloc(0, PAGE_SIZE), 'BadFree', 'never the allocator'],
    ['outside RAM', (m: Machine) => m.allocator.dealloc(2 ** 40, PAGE_SIZE), 'BadFree', 'outside RAM'],
    ['far outside', (m: Machine) => m.allocator.dealloc(2 ** 44, PAGE_SIZE), 'BadFree', 'outside RAM'],
    [
      'unaligned',
      (m: Machine, addr: number) => m.allocator.dealloc(addr + 1, PAGE_SIZE),
      'NotAligned',
      'multiple',
    ],
    ['of no bytes', (m: Machine, addr: number) => m.allocator.dealloc(addr, 0), 'InvalidArgs', 'above 0'],
    [
      'of half a page',
      (m: Machine, addr: number) => m.allocator.dealloc(addr, 2048),
      'InvalidArgs',
      'multiple',
    ],
  ] as const)('refuses a free %s and loses nothing', (_, free, code, why) => {
    const machine = Machine.boot({ memory: 2 ** 21, cpus: 1, allocator });
    const before = machine.audit();
    const addr = machine.allocator.alloc(Layout.fromSizeAlign(2 * PAGE_SIZE, 2 * PAGE_SIZE)) as number;
    machine.allocator.dealloc(addr, PAGE_SIZE);
    const error = caught(() => free(machine, addr));
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(why);
    machine.allocator.dealloc(addr + PAGE_SIZE, PAGE_SIZE);
    expect(machine.audit()).toEqual(before);
  });

  it('refuses sizes that are no whole frames', () => {
    const machine = Machine.boot({ memory: 2 ** 21, cpus: 1, allocator });
    for (const size of [0, 1, PAGE_SIZE + 1]) {
      expect(caught(() => machine.allocator.alloc(Layout.fromSizeAlign(size, 8)))).toMatchObject({
        code: 'InvalidArgs',
      });
    }
    expect(machine.allocator.alloc(Layout.ofFrames(2 ** 30))).toBeNull();
  });
});

function caught(action: () => unknown): Error {
  try {
    action();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}
