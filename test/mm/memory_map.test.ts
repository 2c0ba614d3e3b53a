import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MAX_REGIONS, MEMORY_MAP_PRESETS, memoryMapPreset, parseMemoryMap } from '#src/mm/boot/memory_map.js';
import { loadMemoryMap } from '#src/mm/boot/memory_map_file.js';
import { MemoryRegionType } from '#src/mm/boot/memory_region.js';
import { PAGE_SIZE } from '#src/mm/page.js';

const GIB = 2 ** 30;
const usableBytes = (regions: readonly { typ: number; len: number }[]) =>
  regions.filter((r) => r.typ === MemoryRegionType.Usable).reduce((sum, r) => sum + r.len, 0);

describe('presets', () => {
  test('small is one usable region', () => {
    const regions = memoryMapPreset('small', 64 * PAGE_SIZE);
    expect(regions.map(String)).toEqual(['0x0..0x40000 Usable']);
  });

  test('pc has the holes of a PC', () => {
    expect(memoryMapPreset('pc', 8 * GIB).map(String)).toEqual([
      '0x0..0x9f000 Usable',
      '0x9f000..0x100000 Reserved',
      '0x100000..0xbffe0000 Usable',
      '0xbffe0000..0xbfff0000 Reclaimable',
      '0xbfff0000..0xc0000000 NonVolatileSleep',
      '0xc0000000..0x100000000 Reserved',
      '0x100000000..0x240000000 Usable',
    ]);
  });

  test('pc without RAM above 4 GiB ends where its memory does', () => {
    const regions = memoryMapPreset('pc', 256 * 2 ** 20);
    expect(regions.at(-1)?.end).toBe(256 * 2 ** 20);
    expect(usableBytes(regions)).toBeGreaterThan(255 * 2 ** 20);
  });

  test('all presets are in order at their least size and at 16 GiB', () => {
    for (const preset of MEMORY_MAP_PRESETS) {
      for (const size of [preset.sizeMin, 3 * GIB, 3 * GIB + PAGE_SIZE, 16 * GIB]) {
        const regions = memoryMapPreset(preset.name, size);
        let end = 0;
        for (const region of regions) {
          expect(region.base).toBe(end);
          expect(region.base % PAGE_SIZE).toBe(0);
          end = region.end;
        }
        expect(usableBytes(regions)).toBeGreaterThan(0);
        expect(usableBytes(regions)).toBeLessThanOrEqual(size);
      }
    }
  });

  test.each([
    ['small', 0],
    ['small', 100],
    ['pc', PAGE_SIZE],
    ['small', Number.NaN],
    ['small', 2 ** 50],
    ['big', 64 * PAGE_SIZE],
  ])('refuses %s of %d bytes', (name, size) => {
    expect(() => memoryMapPreset(name, size)).toThrow(expect.objectContaining({ code: 'InvalidArgs' }));
  });
});

describe('parseMemoryMap', () => {
  test('reads numbers, hexadecimal, units, and any one of length, len and end', () => {
    const regions = parseMemoryMap(`[
      { "base": 0, "length": "640KiB", "type": "usable" },
      { "base": "0xa0000", "end": "1MiB", "type": "Reserved" },
      { "base": "1MiB", "len": 4096, "type": "RECLAIMABLE" }
    ]`);
    expect(regions.map(String)).toEqual([
      '0x0..0xa0000 Usable',
      '0xa0000..0x100000 Reserved',
      '0x100000..0x101000 Reclaimable',
    ]);
  });

  test('normalises overlaps, unaligned boundaries and gaps', () => {
    const regions = parseMemoryMap(`[
      { "base": 8192, "length": 40960, "type": "usable" },
      { "base": 20000, "length": 1, "type": "badMemory" },
      { "base": 1, "length": 4096, "type": "usable" }
    ]`);
    expect(regions.map(String)).toEqual([
      '0x0..0x2000 Unknown',
      '0x2000..0x4000 Usable',
      '0x4000..0x5000 BadMemory',
      '0x5000..0xc000 Usable',
    ]);
  });

  const usable = '{ "base": 0, "length": 4096, "type": "usable" }';
  test.each([
    ['no JSON', '{', /no valid JSON/],
    ['no list', '{}', /must be a list/],
    ['an empty list', '[]', /is empty/],
    ['nothing usable', '[{ "base": 0, "length": 4096, "type": "reserved" }]', /no usable frame/],
    ['less than a usable frame', '[{ "base": 0, "length": 4095, "type": "usable" }]', /no usable frame/],
    [
      'usable memory all covered',
      `[${usable}, { "base": 5, "length": 1, "type": "kernel" }]`,
      /no usable frame/,
    ],
    ['an entry that is no object', `[${usable}, 7]`, /entry 1.*must be a region.*7/],
    ['a negative base', '[{ "base": -1, "length": 1, "type": "usable" }]', /entry 0: base: -1 must be/],
    ['a fraction', '[{ "base": 0.5, "length": 1, "type": "usable" }]', /entry 0: base: 0.5 must be/],
    ['a missing base', '[{ "length": 1, "type": "usable" }]', /entry 0: base: missing must be/],
    [
      'a bad unit',
      '[{ "base": 0, "length": "1MB", "type": "usable" }]',
      /entry 0: length: size "1MB": must be/,
    ],
    ['no length', '[{ "base": 0, "type": "usable" }]', /exactly one of length, len and end, has none/],
    ['two lengths', '[{ "base": 0, "len": 1, "end": 1, "type": "usable" }]', /has len and end/],
    [
      'an end before the base',
      '[{ "base": 8192, "end": 4096, "type": "usable" }]',
      /must be beyond its base 0x2000/,
    ],
    ['a length of 0', '[{ "base": 8192, "length": 0, "type": "usable" }]', /must be beyond its base/],
    [
      'an address beyond the limit',
      '[{ "base": 0, "length": "9TiB", "type": "usable" }]',
      /at most 0x80000000000/,
    ],
    [
      'an unknown type',
      '[{ "base": 0, "length": 1, "type": "ram" }]',
      /entry 0: type "ram" must be one of BadMemory/,
    ],
    ['a missing type', '[{ "base": 0, "length": 1 }]', /type missing must be one of/],
    ['an unknown field', '[{ "base": 0, "length": 1, "typ": "usable" }]', /unknown field "typ"; allowed are/],
    [
      'too many regions',
      `[${Array(MAX_REGIONS + 1)
        .fill(usable)
        .join()}]`,
      /513 regions; at most 512/,
    ],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseMemoryMap(text, 'x.json')).toThrow(
      expect.objectContaining({ code: 'InvalidArgs', message: expect.stringMatching(message) }),
    );
    expect(() => parseMemoryMap(text, 'x.json')).toThrow(/^x\.json: /);
  });

  test('reads files, and says which one it could not read', () => {
    const directory = mkdtempSync(join(tmpdir(), 'framelab-map-'));
    try {
      const path = join(directory, 'map.json');
      writeFileSync(path, `[${usable}]`);
      expect(loadMemoryMap(path).map(String)).toEqual(['0x0..0x1000 Usable']);
      expect(() => loadMemoryMap(join(directory, 'none.json'))).toThrow(/none\.json: cannot be read/);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
