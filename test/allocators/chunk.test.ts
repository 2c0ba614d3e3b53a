import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  greaterOrderOf,
  lesserOrderOf,
  maxOrderFrom,
  sizeOfOrder,
  splitToChunks,
  splitToOrder,
} from '#src/allocators/buddy/chunk.js';
import { PAGE_SIZE } from '#src/mm/page.js';

const frames = fc.integer({ min: 0, max: 2 ** 22 });
const order = fc.integer({ min: 0, max: 20 });

describe('chunk orders', () => {
  it('names the sizes that the field knows', () => {
    expect([1, 2, 3, 4, 5, 8, 9].map((n) => greaterOrderOf(n * PAGE_SIZE))).toEqual([0, 1, 2, 2, 3, 3, 4]);
    expect([1, 2, 3, 4, 5, 8, 9].map((n) => lesserOrderOf(n * PAGE_SIZE))).toEqual([0, 1, 1, 2, 2, 3, 3]);
    expect([1, 2, 3, 4, 6, 8].map((n) => maxOrderFrom(n * PAGE_SIZE))).toEqual([0, 1, 0, 2, 1, 3]);
    expect(greaterOrderOf(0)).toBe(0);
    expect(maxOrderFrom(0)).toBe(31);
  });

  it('works beyond 4 GiB', () => {
    expect(greaterOrderOf(16 * 2 ** 30)).toBe(22);
    expect(sizeOfOrder(22)).toBe(16 * 2 ** 30);
    expect(maxOrderFrom(16 * 2 ** 30)).toBe(22);
  });

  it('bounds any size from both sides', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 30 }), (n) => {
        const size = n * PAGE_SIZE;
        expect(sizeOfOrder(greaterOrderOf(size))).toBeGreaterThanOrEqual(size);
        expect(sizeOfOrder(lesserOrderOf(size))).toBeLessThanOrEqual(size);
        expect(greaterOrderOf(size) - lesserOrderOf(size)).toBe(2 ** lesserOrderOf(size) === n ? 0 : 1);
      }),
    );
  });

  it('refuses what is no whole number of pages', () => {
    for (const bad of [1, PAGE_SIZE + 1, -PAGE_SIZE, Number.NaN, 2 ** 50]) {
      expect(() => greaterOrderOf(bad)).toThrow(expect.objectContaining({ code: 'InvalidArgs' }));
    }
    expect(() => lesserOrderOf(0)).toThrow(expect.objectContaining({ code: 'InvalidArgs' }));
  });
});

describe('splitToChunks', () => {
  it('covers any range exactly, in aligned chunks, and no two of them are buddies of one', () => {
    fc.assert(
      fc.property(frames, fc.integer({ min: 0, max: 5000 }), (start, count) => {
        let at = start * PAGE_SIZE;
        const chunks = [...splitToChunks(at, count * PAGE_SIZE)];
        for (const [i, chunk] of chunks.entries()) {
          expect(chunk.addr).toBe(at);
          expect(chunk.addr % sizeOfOrder(chunk.order)).toBe(0);
          const next = chunks[i + 1];
          if (next?.order === chunk.order) expect(chunk.addr % sizeOfOrder(chunk.order + 1)).not.toBe(0);
          at += sizeOfOrder(chunk.order);
        }
        expect(at).toBe((start + count) * PAGE_SIZE);
      }),
    );
  });
});

describe('splitToOrder', () => {
  it('gives all the smaller chunks, in order', () => {
    fc.assert(
      fc.property(
        order,
        fc.integer({ min: 0, max: 6 }),
        // Below 2^43, the highest address.
        fc.integer({ min: 0, max: 31 }),
        (target, more, at) => {
          const addr = at * sizeOfOrder(target + more);
          const parts = [...splitToOrder(addr, target + more, target)];
          expect(parts).toEqual(Array.from({ length: 2 ** more }, (_, i) => addr + i * sizeOfOrder(target)));
        },
      ),
    );
  });

  it('refuses a larger order and an unaligned chunk', () => {
    expect(() => [...splitToOrder(0, 1, 2)]).toThrow(expect.objectContaining({ code: 'InvalidArgs' }));
    expect(() => [...splitToOrder(PAGE_SIZE, 1, 0)]).toThrow(
      expect.objectContaining({ code: 'InvalidArgs' }),
    );
  });
});
