import { median, medianAbsoluteDeviation, quantileSorted } from 'simple-statistics';
import { Random } from './random.ts';

/** Statistics of a few repetitions of one measurement: by ranks, so that one bad repetition does not count. */
export interface SampleSummary {
  readonly count: number;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Median absolute deviation from the median, times 1.4826: a standard deviation if values are normal. */
  readonly spread: number;
}

/** From the deviation's median to the standard deviation of a normal distribution. */
const MAD_TO_DEVIATION = 1.4826;

/** All zeros for no values. */
export function summarize(values: readonly number[]): SampleSummary {
  if (values.length === 0) return { count: 0, median: 0, min: 0, max: 0, spread: 0 };
  const sample = [...values];
  return {
    count: sample.length,
    median: median(sample),
    min: Math.min(...sample),
    max: Math.max(...sample),
    spread: medianAbsoluteDeviation(sample) * MAD_TO_DEVIATION,
  };
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 2000;

/**
 * A confidence interval for the ratio of two medians, `numerator` over `denominator`, by the bootstrap (Efron, 1979):
 * percentiles of the ratios of samples drawn from both with replacement.
 *
 * @param seed the same seed gives the same interval
 */
export function ratioInterval(
  numerator: readonly number[],
  denominator: readonly number[],
  seed: number,
  confidence = 0.95,
): Interval {
  const random = new Random(seed);
  const ratios: number[] = [];
  for (let i = 0; i < RESAMPLES; i++) {
    const below = median(redrawn(denominator, random));
    if (below > 0) ratios.push(median(redrawn(numerator, random)) / below);
  }
  if (ratios.length === 0) return { low: Number.NaN, high: Number.NaN };
  ratios.sort((a, b) => a - b);
  const tail = (1 - confidence) / 2;
  return { low: quantileSorted(ratios, tail), high: quantileSorted(ratios, 1 - tail) };
}

function redrawn(values: readonly number[], random: Random): number[] {
  return values.map(() => values[random.below(values.length)]);
}
