import { describe, expect, test } from 'vitest';
import { BlockSizes } from '#src/lab/workloads/block_sizes.js';
import { isMix, parseMix, requireMixFits } from '#src/lab/workloads/mix.js';
import { workload, workloads } from '#src/lab/workloads/registry.js';
import { Random } from '#src/platform/random.js';
import { type Mix, mixArgument } from '#src/results/mix.js';
import { parts, RecordingRandom } from './context.js';

const DRAWS = 40_000;

function drawn(mix: Mix | null, orderMax: number): Map<number, number> {
  const sizes = new BlockSizes(mix, orderMax);
  const random = new Random(3);
  const counts = new Map<number, number>();
  for (let i = 0; i < DRAWS; i++) {
    const frames = sizes.draw(random);
    counts.set(frames, (counts.get(frames) ?? 0) + 1);
  }
  return counts;
}

describe('the sizes of blocks', () => {
  test('are those of the mix, by their weights', () => {
    const mix = parseMix('1:70,2:10,4:10,10:8,64:2')!;
    const counts = drawn(mix, 6);
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([1, 2, 4, 10, 64]);
    for (const { frames, weight } of mix) {
      // Five standard deviations of a binomial count.
      const expected = (DRAWS * weight) / 100;
      const off = Math.abs(counts.get(frames)! - expected);
      expect(off, `${frames} frames`).toBeLessThan(5 * Math.sqrt(expected));
    }
    expect(new BlockSizes(mix, 6)).toMatchObject({ mean: 3.38, largest: 64 });
  });

  test('are from 1 to the largest order without a mix, and the smallest are the most frequent', () => {
    const counts = drawn(null, 3);
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(counts.get(1)).toBeGreaterThan(2 * counts.get(2)!);
    expect(new BlockSizes(null, 3)).toMatchObject({ mean: 2.375, largest: 8 });
  });

  test('take two draws with a mix or without, so that a seed’s other decisions stay', () => {
    for (const mix of [null, parseMix('5:1')!]) {
      const random = new RecordingRandom(1);
      new BlockSizes(mix, 6).draw(random);
      expect(random.draws.filter((draw) => draw.startsWith('uint32'))).toHaveLength(2);
    }
  });
});

describe('a mix', () => {
  test.each(['1:70', '1:70,64:1', '1048576:1000000'])('is read from %s, and written so', (text) => {
    expect(mixArgument(parseMix(text)!)).toBe(text);
  });

  test.each([
    ['nothing', ''],
    ['no weight', '1'],
    ['a weight of 0', '1:0'],
    ['no frames', '0:5'],
    ['a size twice', '2:5,2:1'],
    ['half a frame', '1.5:2'],
    ['too many frames', '1048577:1'],
    ['too much weight', '1:1000001'],
    ['a loose comma', '1:2,'],
    ['too many sizes', Array.from({ length: 65 }, (_, i) => `${i + 1}:1`).join(',')],
  ])('is refused with %s', (_, text) => {
    expect(parseMix(text)).toBeUndefined();
  });

  test('is refused as data that is no mix', () => {
    for (const value of [null, {}, [], [1], [{ frames: 1 }], [{ frames: '1', weight: 1 }]]) {
      expect(isMix(value)).toBe(false);
    }
  });

  test('is refused by a workload whose sizes are fixed, or whose blocks are smaller', () => {
    const mix = parseMix('64:1')!;
    expect(() => requireMixFits(mix, workload('ktest'))).toThrow(
      'mix 64:1 for workload ktest: its sizes of blocks are fixed',
    );
    expect(() => requireMixFits(mix, workload('larson'))).toThrow(
      'a block of 64 frames; it can have 1 to 63',
    );
    expect(() => requireMixFits(mix, workload('churn'))).not.toThrow();
  });
});

for (const each of workloads().filter(({ mix }) => mix !== undefined)) {
  test(`${each.name} allocates the sizes of a mix, and no other`, () => {
    const mix = [
      { frames: 3, weight: 1 },
      { frames: 7, weight: 1 },
    ];
    const [part] = parts(each, { workers: 1, memory: 8 * 2 ** 20, mix });
    part.machine.unpark();
    const inner = part.machine.frameAllocator;
    const alloc = inner.allocFrames.bind(inner);
    const sizes = new Set<number>();
    inner.allocFrames = (layout) => {
      sizes.add(layout.frames);
      return alloc(layout);
    };
    part.machine.park();
    for (let i = 0; i < 200; i++) part.step();
    part.finish();
    // A full machine is first filled in large blocks.
    if (each.fillsMemory) sizes.delete(64);
    expect([...sizes].sort()).toEqual([3, 7]);
  });
}
