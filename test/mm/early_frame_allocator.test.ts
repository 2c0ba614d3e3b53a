import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EARLY, EarlyFrameAllocator } from '#src/mm/boot/early_frame_allocator.js';
import { MemoryRegion, MemoryRegionType } from '#src/mm/boot/memory_region.js';
import { Layout } from '#src/mm/layout.js';
import { PAGE_SIZE } from '#src/mm/page.js';

const GIB = 2 ** 30;
const frames = (n: number, align = 1) => Layout.fromSizeAlign(n * PAGE_SIZE, align * PAGE_SIZE);

describe('EarlyFrameAllocator', () => {
  test('takes the largest usable region below 4 GiB', () => {
    const allocator = new EarlyFrameAllocator([
      MemoryRegion.usable(0, 4 * PAGE_SIZE),
      MemoryRegion.reserved(4 * PAGE_SIZE, 100 * PAGE_SIZE),
      MemoryRegion.usable(200 * PAGE_SIZE, 8 * PAGE_SIZE),
    ]);
    expect(allocator.alloc(frames(1))).toBe(200 * PAGE_SIZE);
    expect(allocator.alloc(frames(7))).toBe(201 * PAGE_SIZE);
    expect(allocator.alloc(frames(1))).toBeNull();
    expect(allocator.allocatedRegions()).toEqual([
      { start: 200 * PAGE_SIZE, end: 208 * PAGE_SIZE },
      { start: 0, end: 0 },
    ]);
  });

  test('rounds sizes up to frames and aligns at least to one', () => {
    const allocator = new EarlyFrameAllocator([MemoryRegion.usable(0, 8 * PAGE_SIZE)]);
    expect(allocator.alloc(Layout.fromSizeAlign(1, 1))).toBe(0);
    expect(allocator.alloc(Layout.fromSizeAlign(PAGE_SIZE + 1, 8))).toBe(PAGE_SIZE);
    expect(allocator.alloc(frames(1, 4))).toBe(4 * PAGE_SIZE);
    expect(allocator.allocatedRegions()[0]).toEqual({ start: 0, end: 5 * PAGE_SIZE });
  });

  test('falls back to the largest region above 4 GiB, and splits one that crosses', () => {
    const allocator = new EarlyFrameAllocator([
      MemoryRegion.usable(4 * GIB - 2 * PAGE_SIZE, 6 * PAGE_SIZE),
      MemoryRegion.usable(8 * GIB, 3 * PAGE_SIZE),
    ]);
    expect(allocator.alloc(frames(3))).toBe(4 * GIB);
    expect(allocator.alloc(frames(2))).toBe(4 * GIB - 2 * PAGE_SIZE);
    expect(allocator.alloc(frames(1))).toBe(4 * GIB + 3 * PAGE_SIZE);
    expect(allocator.alloc(frames(1))).toBeNull();
    expect(allocator.allocatedRegions()).toEqual([
      { start: 4 * GIB - 2 * PAGE_SIZE, end: 4 * GIB },
      { start: 4 * GIB, end: 4 * GIB + 4 * PAGE_SIZE },
    ]);
  });

  test('the largest sizes and alignments give null, never a wrong address', () => {
    const allocator = new EarlyFrameAllocator([MemoryRegion.usable(16 * PAGE_SIZE, 16 * PAGE_SIZE)]);
    expect(allocator.alloc(Layout.fromSizeAlign(2 ** 43 - PAGE_SIZE, PAGE_SIZE))).toBeNull();
    expect(allocator.alloc(Layout.fromSizeAlign(PAGE_SIZE, 2 ** 42))).toBeNull();
    expect(allocator.alloc(frames(16))).toBe(16 * PAGE_SIZE);
  });

  test('without usable memory it has none', () => {
    const allocator = new EarlyFrameAllocator([
      new MemoryRegion(0, 64 * PAGE_SIZE, MemoryRegionType.Reclaimable),
    ]);
    expect(allocator.alloc(frames(1))).toBeNull();
    expect(allocator.allocatedRegions()).toEqual([
      { start: 0, end: 0 },
      { start: 0, end: 0 },
    ]);
  });

  test('its state may be anywhere in shared words, above 2^31 bytes too', () => {
    const words = new Int32Array(new SharedArrayBuffer(400));
    const allocator = new EarlyFrameAllocator([MemoryRegion.usable(100 * GIB, GIB)], words, 32);
    expect(allocator.alloc(frames(5))).toBe(100 * GIB);
    expect(words[32 + EARLY.maxTail]).toBe((100 * GIB) / PAGE_SIZE + 5);
    expect(words[31]).toBe(0);
    expect(words[32 + EARLY.WORDS]).toBe(0);
  });

  test('agrees with a model: aligned, inside, disjoint, ascending, and null only where nothing fits', () => {
    // Region lengths differ, so that "the largest" is never a tie. Addresses lie around 4 GiB.
    const regionsArbitrary = fc
      .uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 6 })
      .chain((lengths) =>
        fc.tuple(...lengths.map((length) => fc.tuple(fc.constant(length), fc.nat(40), fc.boolean()))),
      );
    const request = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.constantFrom(1, 2, 4, 8, 16));
    fc.assert(
      fc.property(
        regionsArbitrary,
        fc.nat(200),
        fc.array(request, { maxLength: 30 }),
        (parts, below, requests) => {
          let base = 4 * GIB - below * PAGE_SIZE;
          const regions: MemoryRegion[] = [];
          for (const [length, gap, usable] of parts) {
            base += gap * PAGE_SIZE;
            const typ = usable ? MemoryRegionType.Usable : MemoryRegionType.Reserved;
            regions.push(new MemoryRegion(base, length * PAGE_SIZE, typ));
            base += length * PAGE_SIZE;
          }
          // The model keeps two lists of single pages.
          const clip = (low: number, high: number) =>
            regions
              .filter((r) => r.typ === MemoryRegionType.Usable)
              .map((r) => ({ start: Math.max(r.base, low), end: Math.min(r.end, high) }))
              .reduce((best, r) => (r.end - r.start > best.end - best.start ? r : best), {
                start: 0,
                end: 0,
              });
          const model = [clip(0, 4 * GIB), clip(4 * GIB, Number.MAX_SAFE_INTEGER)].map((r) => ({
            ...r,
            tail: r.start,
          }));
          const allocator = new EarlyFrameAllocator(regions);
          for (const [n, align] of requests) {
            let expected: number | null = null;
            for (const half of model) {
              let start = half.tail;
              while (start % (align * PAGE_SIZE) !== 0) start += PAGE_SIZE;
              if (start + n * PAGE_SIZE <= half.end) {
                half.tail = start + n * PAGE_SIZE;
                expected = start;
                break;
              }
            }
            expect(allocator.alloc(frames(n, align))).toBe(expected);
          }
          expect(allocator.allocatedRegions()).toEqual(model.map((r) => ({ start: r.start, end: r.tail })));
        },
      ),
      { numRuns: 500 },
    );
  });

  test('reaches to where addresses end', () => {
    const allocator = new EarlyFrameAllocator([MemoryRegion.usable(2 ** 42, 2 ** 42)]);
    expect(allocator.alloc(Layout.fromSizeAlign(PAGE_SIZE, PAGE_SIZE))).toBe(2 ** 42);
    expect(allocator.alloc(Layout.fromSizeAlign(2 ** 42 - PAGE_SIZE, PAGE_SIZE))).toBe(2 ** 42 + PAGE_SIZE);
    expect(allocator.alloc(Layout.fromSizeAlign(PAGE_SIZE, PAGE_SIZE))).toBeNull();
    expect(allocator.allocatedRegions()[1]).toEqual({ start: 2 ** 42, end: 2 ** 43 });
  });
});
