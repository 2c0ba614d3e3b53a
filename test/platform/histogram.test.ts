import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  HISTOGRAM_RELATIVE_ERROR,
  HISTOGRAM_VALUE_MAX,
  HISTOGRAM_WORDS,
  Histogram,
} from '#src/platform/histogram.js';

const value = fc.oneof(
  fc.nat(200),
  fc.nat(),
  fc.double({ min: 0, max: 2 ** 46, noNaN: true }),
  fc.integer({ min: 0, max: 46 }).map((exponent) => 2 ** exponent),
);
const values = fc.array(value, { minLength: 1, maxLength: 300 });

/** The value of rank `ceil(p * n)`, by sorting. */
function exactQuantile(all: number[], p: number): number {
  const sorted = [...all].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(p * all.length) - 1)];
}

function of(all: number[]): Histogram {
  const histogram = new Histogram();
  for (const one of all) histogram.record(one);
  return histogram;
}

describe('a histogram', () => {
  it('gives every quantile within its error, and the rest exactly', () => {
    expect(HISTOGRAM_RELATIVE_ERROR).toBeLessThanOrEqual(0.032);
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (all, p) => {
        const histogram = of(all);
        const exact = exactQuantile(all, p);
        // Fractions below a whole nanosecond are dropped.
        expect(Math.abs(histogram.quantile(p) - exact)).toBeLessThanOrEqual(
          exact * HISTOGRAM_RELATIVE_ERROR + 1,
        );
        expect(histogram.count).toBe(all.length);
        expect(histogram.max).toBe(Math.max(...all));
        const total = all.reduce((sum, one) => sum + one, 0);
        expect(histogram.total).toBeCloseTo(total, -Math.floor(Math.log10(total + 1)) + 9);
        expect(histogram.quantile(1)).toBe(histogram.max);
      }),
    );
  });

  it('merges into what recording everything in one would give', () => {
    fc.assert(
      fc.property(values, values, (some, others) => {
        const merged = of(some);
        merged.merge(of(others));
        const both = of([...some, ...others]);
        expect(merged.nonEmpty()).toEqual(both.nonEmpty());
        expect(merged.max).toBe(both.max);
        expect(merged.quantile(0.5)).toBe(both.quantile(0.5));
      }),
    );
  });

  it('puts every value into the bucket that spans it', () => {
    fc.assert(
      fc.property(value, (one) => {
        const [bucket] = of([one]).nonEmpty();
        expect(bucket.low).toBeLessThanOrEqual(one);
        expect(bucket.high).toBeGreaterThan(one);
        expect(bucket.count).toBe(1);
      }),
    );
  });

  it('keeps to its words, whatever it is given', () => {
    const words = new Int32Array(3 * HISTOGRAM_WORDS);
    const histogram = new Histogram(words, HISTOGRAM_WORDS);
    for (const odd of [
      0,
      -5,
      Number.NaN,
      2 ** 31,
      2 ** 32,
      HISTOGRAM_VALUE_MAX,
      1e300,
      Number.POSITIVE_INFINITY,
    ]) {
      histogram.record(odd);
    }
    expect(histogram.count).toBe(8);
    expect(words.subarray(0, HISTOGRAM_WORDS).every((word) => word === 0)).toBe(true);
    expect(words.subarray(2 * HISTOGRAM_WORDS).every((word) => word === 0)).toBe(true);
  });

  it('is empty at first', () => {
    const histogram = new Histogram();
    expect([histogram.count, histogram.mean, histogram.max, histogram.quantile(0.99)]).toEqual([0, 0, 0, 0]);
    expect(histogram.nonEmpty()).toEqual([]);
  });

  it('does not start again when a bucket is full', () => {
    const words = new Int32Array(HISTOGRAM_WORDS);
    const histogram = new Histogram(words);
    histogram.record(3);
    words[words.indexOf(1)] = -1;
    histogram.record(3);
    expect(histogram.count).toBe(2 ** 32 - 1);
    histogram.merge(histogram);
    expect(histogram.count).toBe(2 ** 32 - 1);
  });
});
