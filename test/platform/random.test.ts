import { describe, expect, it } from 'vitest';
import { Random } from '#src/platform/random.js';

const draws = (seed: number, stream: number, count: number) => {
  const random = new Random(seed, stream);
  return Array.from({ length: count }, () => random.uint32());
};

describe('Random', () => {
  it('gives the same numbers for a seed and a stream, and others for others', () => {
    expect(draws(7, 0, 50)).toEqual(draws(7, 0, 50));
    expect(draws(7, 1, 50)).toEqual(draws(7, 1, 50));
    expect(
      new Set([7, 8].flatMap((seed) => [0, 1, 2].map((stream) => draws(seed, stream, 4).join()))).size,
    ).toBe(6);
  });

  it('spreads the first draws of small seeds', () => {
    const first = Array.from({ length: 400 }, (_, seed) => new Random(seed).uint32() / 2 ** 32);
    for (const [low, high] of [
      [0, 0.25],
      [0.25, 0.5],
      [0.5, 0.75],
      [0.75, 1],
    ]) {
      const inside = first.filter((value) => value >= low && value < high).length;
      expect(inside).toBeGreaterThan(60);
      expect(inside).toBeLessThan(140);
    }
  });

  it('draws one number for each decision, whatever is decided', () => {
    const decided = new Random(3);
    decided.below(10);
    decided.chance(0);
    decided.chance(1);
    decided.shuffle([1, 2, 3]);
    const counted = new Random(3);
    for (let i = 0; i < 5; i++) counted.uint32();
    expect(decided.uint32()).toBe(counted.uint32());
  });
});
