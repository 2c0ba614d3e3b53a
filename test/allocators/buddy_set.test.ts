import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sizeOfOrder, splitToChunks } from '#src/allocators/buddy/chunk.js';
import { BuddySet } from '#src/allocators/buddy/set.js';
import { PAGE_SIZE } from '#src/mm/page.js';

const FRAMES = 64;
const ORDERS = 6;

describe('BuddySet', () => {
  it('splits a region into any orders and coalesces it again, in any order of return', () => {
    const set = BuddySet.newEmpty(5, FRAMES);
    const start = 16 * PAGE_SIZE;
    set.insertChunk(start, 4);
    expect(set.totalSize()).toBe(sizeOfOrder(4));
    const chunks = [0, 0, 1, 2, 3].map((order) => ({ order, addr: set.allocChunk(order) as number }));
    expect(set.totalSize()).toBe(0);
    expect(set.allocChunk(0)).toBeNull();
    for (const i of [2, 0, 4, 1, 3]) set.insertChunk(chunks[i].addr, chunks[i].order);
    expect(set.totalSize()).toBe(sizeOfOrder(4));
    expect(set.allocChunk(4)).toBe(start);
  });

  it('never merges beyond its largest order', () => {
    const set = BuddySet.newEmpty(2, FRAMES);
    set.insertChunk(0, 1);
    set.insertChunk(2 * PAGE_SIZE, 1);
    expect(set.chunkCounts()).toEqual([0, 2]);
    expect(set.audit('set', () => {})).toEqual([]);
  });

  it('does not merge with a chunk of another set over the same slots', () => {
    const set = BuddySet.newEmpty(3, FRAMES);
    expect(set.allocChunk(0)).toBeNull();
    set.insertChunk(0, 0);
    set.insertChunk(PAGE_SIZE * 3, 0);
    expect(set.chunkCounts()).toEqual([2, 0, 0]);
    set.insertChunk(PAGE_SIZE * 2, 0);
    expect(set.chunkCounts()).toEqual([1, 1, 0]);
  });

  it.each([
    [3 * PAGE_SIZE, 1, 'not aligned'],
    [0, ORDERS, 'orders 0 to 5'],
    [0, -1, 'orders 0 to 5'],
    [1, 0, 'not aligned'],
    [FRAMES * PAGE_SIZE, 0, 'outside RAM'],
  ])('refuses a chunk at %i of order %i', (addr, order, why) => {
    const set = BuddySet.newEmpty(ORDERS, FRAMES);
    expect(() => set.insertChunk(addr, order)).toThrow(why);
    expect(set.totalSize()).toBe(0);
  });

  it('agrees with a model of free frames under any sequence of operations', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: ORDERS - 1 }), fc.nat(1000)), {
          maxLength: 120,
        }),
        (steps) => {
          const set = BuddySet.newEmpty(ORDERS, FRAMES);
          const free = new Set<number>();
          for (const { addr, order } of splitToChunks(0, FRAMES * PAGE_SIZE)) {
            for (let o = 0; o < 2 ** Math.max(0, order - (ORDERS - 1)); o++) {
              set.insertChunk(addr + o * sizeOfOrder(ORDERS - 1), Math.min(order, ORDERS - 1));
            }
          }
          for (let f = 0; f < FRAMES; f++) free.add(f);
          const held: { frame: number; order: number }[] = [];
          for (const [alloc, order, pick] of steps) {
            if (alloc) {
              const addr = set.allocChunk(order);
              // A buddy system may refuse only where no aligned run of that size is free.
              const possible = alignedRuns(free, order);
              expect(addr !== null).toBe(possible);
              if (addr === null) continue;
              expect(addr % sizeOfOrder(order)).toBe(0);
              for (let f = addr / PAGE_SIZE; f < addr / PAGE_SIZE + 2 ** order; f++) {
                expect(free.delete(f)).toBe(true);
              }
              held.push({ frame: addr / PAGE_SIZE, order });
            } else if (held.length > 0) {
              const [chunk] = held.splice(pick % held.length, 1);
              set.insertChunk(chunk.frame * PAGE_SIZE, chunk.order);
              for (let f = chunk.frame; f < chunk.frame + 2 ** chunk.order; f++) free.add(f);
            }
            expect(set.totalSize()).toBe(free.size * PAGE_SIZE);
          }
          const visited: number[] = [];
          const problems = set.audit('set', (frame, order) => {
            for (let f = frame; f < frame + 2 ** order; f++) visited.push(f);
          });
          expect(problems).toEqual([]);
          expect(visited.sort((a, b) => a - b)).toEqual([...free].sort((a, b) => a - b));
        },
      ),
      { numRuns: 200 },
    );
  });
});

function alignedRuns(free: ReadonlySet<number>, order: number): boolean {
  const size = 2 ** order;
  for (let start = 0; start + size <= FRAMES; start += size) {
    let all = true;
    for (let f = start; f < start + size && all; f++) all = free.has(f);
    if (all) return true;
  }
  return false;
}
