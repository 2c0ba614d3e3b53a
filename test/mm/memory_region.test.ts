import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MEMORY_REGION_TYPE_NAMES, MemoryRegion, MemoryRegionType } from '#src/mm/boot/memory_region.js';
import { intoNonOverlapping } from '#src/mm/boot/non_overlapping.js';
import { PAGE_SIZE } from '#src/mm/page.js';

const shape = (regions: readonly MemoryRegion[]) => regions.map((r) => [r.base, r.len, r.typ]);

describe('MemoryRegion', () => {
  test('has base, length, end and type', () => {
    const region = new MemoryRegion(0x1000, 0x2345, MemoryRegionType.Reclaimable);
    expect([region.base, region.len, region.end, region.typ]).toEqual([0x1000, 0x2345, 0x3345, 7]);
    expect(region.isEmpty).toBe(false);
    expect(String(region)).toBe('0x1000..0x3345 Reclaimable');
    expect(MemoryRegion.bad().isEmpty).toBe(true);
    expect(MemoryRegion.kernel(0, 4096).typ).toBe(MemoryRegionType.Kernel);
    expect(MemoryRegion.module(0, 1).typ).toBe(MemoryRegionType.Reclaimable);
    expect(MemoryRegion.framebuffer(0, 1).typ).toBe(MemoryRegionType.Framebuffer);
  });

  test('is physical if there is memory behind it', () => {
    const physical = MEMORY_REGION_TYPE_NAMES.filter(
      (_, typ) => new MemoryRegion(0, 1, typ as MemoryRegionType).isPhysical,
    );
    expect(physical).toEqual(['NonVolatileSleep', 'Kernel', 'Module', 'Reclaimable', 'Usable']);
  });

  test('types are ordered from the least usable', () => {
    expect(MEMORY_REGION_TYPE_NAMES).toEqual([
      'BadMemory',
      'Unknown',
      'NonVolatileSleep',
      'Reserved',
      'Kernel',
      'Module',
      'Framebuffer',
      'Reclaimable',
      'Usable',
    ]);
    expect(MemoryRegionType.Usable).toBe(8);
  });

  test.each([
    [-1, 1, 0],
    [0.5, 1, 0],
    [0, -1, 0],
    [0, Number.NaN, 0],
    [2 ** 43, 1, 0],
    [0, 1, 9],
    [0, 1, -1],
  ])('refuses base %d, length %d, type %d', (base, len, typ) => {
    expect(() => new MemoryRegion(base, len, typ as MemoryRegionType)).toThrow(
      expect.objectContaining({ code: 'InvalidArgs' }),
    );
  });

  test('truncate leaves 0, 1 or 2 regions', () => {
    const region = MemoryRegion.usable(100, 100);
    const cut = (base: number, len: number) =>
      region.truncate(MemoryRegion.reserved(base, len)).map((r) => [r.base, r.end]);
    expect(cut(120, 10)).toEqual([
      [100, 120],
      [130, 200],
    ]);
    expect(cut(0, 150)).toEqual([[150, 200]]);
    expect(cut(150, 100)).toEqual([[100, 150]]);
    expect(cut(100, 100)).toEqual([]);
    expect(cut(0, 100)).toEqual([[100, 200]]);
  });
});

describe('intoNonOverlapping', () => {
  test('combines, punches and fills, as OSTD does', () => {
    const { Usable, BadMemory, Unknown } = MemoryRegionType;
    const regions = intoNonOverlapping([
      new MemoryRegion(0, PAGE_SIZE + 1, Usable),
      new MemoryRegion(PAGE_SIZE - 1, PAGE_SIZE + 2, Usable),
      new MemoryRegion(PAGE_SIZE * 2, PAGE_SIZE * 5, Usable),
      new MemoryRegion(PAGE_SIZE * 3 + 1, PAGE_SIZE * 2, BadMemory),
      new MemoryRegion(PAGE_SIZE * 9, PAGE_SIZE * 2, Usable),
    ]);
    expect(shape(regions)).toEqual([
      [0, PAGE_SIZE * 3, Usable],
      [PAGE_SIZE * 3, PAGE_SIZE * 3, BadMemory],
      [PAGE_SIZE * 6, PAGE_SIZE, Usable],
      [PAGE_SIZE * 7, PAGE_SIZE * 2, Unknown],
      [PAGE_SIZE * 9, PAGE_SIZE * 2, Usable],
    ]);
  });

  test('nothing in gives nothing out, and what shrinks to nothing does not count', () => {
    expect(intoNonOverlapping([])).toEqual([]);
    expect(intoNonOverlapping([MemoryRegion.usable(1, PAGE_SIZE)])).toEqual([]);
    expect(intoNonOverlapping([MemoryRegion.bad()])).toEqual([]);
  });

  test('agrees with a model that asks every page', () => {
    const regionArbitrary = fc
      .record({
        base: fc.integer({ min: 0, max: 40 * 256 }),
        len: fc.integer({ min: 0, max: 12 * 256 }),
        typ: fc.integer({ min: 0, max: 8 }),
      })
      // Sixteen bytes apart, so that boundaries fall on, near and between pages.
      .map(({ base, len, typ }) => new MemoryRegion(base * 16, len * 16, typ as MemoryRegionType));
    fc.assert(
      fc.property(fc.array(regionArbitrary, { maxLength: 12 }), (regions) => {
        const result = intoNonOverlapping(regions);
        // Sorted from 0 without gaps, aligned, not empty, neighbours differ.
        let end = 0;
        result.forEach((region, i) => {
          expect(region.base).toBe(end);
          expect(region.base % PAGE_SIZE).toBe(0);
          expect(region.len % PAGE_SIZE).toBe(0);
          expect(region.len).toBeGreaterThan(0);
          if (i > 0) expect(region.typ).not.toBe(result[i - 1].typ);
          end = region.end;
        });
        let modelEnd = 0;
        for (let page = 0; page < 60; page++) {
          const start = page * PAGE_SIZE;
          const types = regions
            .filter((r) =>
              r.typ === MemoryRegionType.Usable
                ? r.base <= start && r.end >= start + PAGE_SIZE
                : r.len > 0 && r.base < start + PAGE_SIZE && r.end > start,
            )
            .map((r) => r.typ);
          if (types.length > 0) modelEnd = start + PAGE_SIZE;
          const found = result.find((r) => r.base <= start && start < r.end);
          if (types.length > 0) expect(found?.typ).toBe(Math.min(...types));
          else expect([undefined, MemoryRegionType.Unknown]).toContain(found?.typ);
        }
        expect(end).toBe(modelEnd);
      }),
      { numRuns: 500 },
    );
  });
});
