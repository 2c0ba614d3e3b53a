import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mannWhitney } from '#src/platform/mann_whitney.js';
import { ratioInterval, summarize } from '#src/platform/sample_statistics.js';

describe('mannWhitney', () => {
  // Expected values: scipy.stats.mannwhitneyu 1.x, two-sided, method exact or asymptotic (with continuity).
  test.each([
    { a: [1, 2, 3], b: [4, 5, 6], u: 0, p: 0.1 },
    { a: [1, 2, 3, 4, 5], b: [6, 7, 8, 9, 10], u: 0, p: 0.007936507936507936 },
    { a: [1.1, 2.2, 3.3, 4.4], b: [2.5, 3.5, 4.5, 5.5, 6.5], u: 3, p: 0.1111111111111111 },
    { a: [19, 22, 16, 29, 24], b: [20, 11, 17, 12], u: 17, p: 0.1111111111111111 },
  ])('exact: $a against $b', ({ a, b, u, p }) => {
    expect(mannWhitney(a, b).u).toBe(u);
    expect(mannWhitney(a, b).p).toBeCloseTo(p, 10);
  });

  test('with ties: the normal approximation, corrected', () => {
    const { u, p } = mannWhitney([1, 1, 2, 2, 3], [2, 3, 3, 4, 4]);
    expect(u).toBe(3);
    expect(p).toBeCloseTo(0.05241162867102868, 6);
  });

  test('all equal, or nothing at all, is no difference', () => {
    expect(mannWhitney([5, 5, 5], [5, 5, 5]).p).toBe(1);
    expect(mannWhitney([], [1, 2]).p).toBe(1);
  });

  const sample = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 12 });

  test('u counts the pairs in which the first is larger, and both directions are one difference', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const pairs = a.flatMap((x) => b.map((y) => (x > y ? 1 : x === y ? 0.5 : 0)));
        const { u, p } = mannWhitney(a, b);
        expect(u).toBeCloseTo(
          pairs.reduce((sum: number, pair) => sum + pair, 0),
          9,
        );
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(mannWhitney(b, a).p).toBeCloseTo(p, 9);
      }),
    );
  });

  test('only ranks count: any rising function leaves it as it is', () => {
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const rise = (value: number) => value ** 3 + 7;
        expect(mannWhitney(a.map(rise), b.map(rise))).toEqual(mannWhitney(a, b));
      }),
    );
  });
});

describe('summarize', () => {
  test('known values', () => {
    expect(summarize([3, 1, 2, 100, 4])).toEqual({ count: 5, median: 3, min: 1, max: 100, spread: 1.4826 });
    expect(summarize([])).toEqual({ count: 0, median: 0, min: 0, max: 0, spread: 0 });
  });

  test('one wild value of many moves neither the median nor the spread far', () => {
    const calm = summarize([10, 11, 12, 13, 14]);
    const wild = summarize([10, 11, 12, 13, 1e9]);
    expect(wild.median).toBe(calm.median);
    expect(wild.spread).toBe(calm.spread);
  });
});

describe('ratioInterval', () => {
  test('the same seed gives the same interval, around the ratio of medians', () => {
    const slow = [9, 9.1, 8.9, 9.05, 9.2, 8.8];
    const fast = [10, 10.1, 9.9, 10.05, 10.2, 9.8];
    const interval = ratioInterval(slow, fast, 1);
    expect(ratioInterval(slow, fast, 1)).toEqual(interval);
    expect(interval.low).toBeLessThan(0.9);
    expect(interval.high).toBeGreaterThan(0.9);
    expect(interval.high).toBeLessThan(0.95);
  });

  test('of constants it is a point; of nothing above 0 it is not a number', () => {
    expect(ratioInterval([3, 3, 3], [2, 2, 2], 1)).toEqual({ low: 1.5, high: 1.5 });
    expect(ratioInterval([1, 1], [0, 0], 1).low).toBeNaN();
  });
});
