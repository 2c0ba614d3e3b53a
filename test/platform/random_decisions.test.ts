import { describe, expect, test } from 'vitest';
import { Random } from '#src/platform/random.js';

const DRAWS = 20_000;

/** What is drawn, and that exactly one number was drawn for each. */
function drawn<T>(draw: (random: Random) => T): T[] {
  const random = new Random(11, 1);
  const values = Array.from({ length: DRAWS }, () => draw(random));
  const counted = new Random(11, 1);
  for (let i = 0; i < DRAWS; i++) counted.uint32();
  expect(random.uint32()).toBe(counted.uint32());
  return values;
}

describe('a stream of random decisions', () => {
  test('says yes as often as it is told to', () => {
    for (const probability of [0, 0.1, 0.25, 0.5, 0.9, 1]) {
      const share = drawn((random) => random.chance(probability)).filter(Boolean).length / DRAWS;
      expect(Math.abs(share - probability)).toBeLessThan(0.02);
    }
  });

  test('draws every whole number below a bound about as often, and none other', () => {
    const counts = new Array(7).fill(0);
    for (const value of drawn((random) => random.below(7))) counts[value]++;
    expect(counts).toHaveLength(7);
    for (const count of counts) expect(Math.abs(count / DRAWS - 1 / 7)).toBeLessThan(0.02);
    expect(new Set(drawn((random) => random.below(1)))).toEqual(new Set([0]));
  });

  test('draws unsigned numbers of 32 bits', () => {
    const values = drawn((random) => random.uint32());
    expect(values.every((value) => Number.isInteger(value) && value >= 0 && value < 2 ** 32)).toBe(true);
    expect(Math.max(...values)).toBeGreaterThan(2 ** 31);
  });

  test('shuffles: every order comes up', () => {
    const random = new Random(1);
    const orders = new Set(Array.from({ length: 500 }, () => random.shuffle([1, 2, 3, 4]).join('')));
    expect(orders.size).toBe(24);
  });
});
