import { mannWhitney } from '../platform/mann_whitney.ts';
import { type Interval, ratioInterval, summarize } from '../platform/sample_statistics.ts';
import type { ComparisonVerdict, MetricComparison } from '../results/comparison_result.ts';
import { METRICS, type Metric } from '../results/metrics.ts';
import { type Repetition, valuesOf } from '../results/sweep_result.ts';
import { percentChange } from './percent_change.ts';

export interface ComparisonOptions {
  /** Differences up to that part are noise, whatever the statistics say. */
  readonly noiseBand: number;
  /** Compare multiples of the time of a CAS: for runs that were not interleaved. */
  readonly inCasUnits: boolean;
  /** Seed of the bootstrap. */
  readonly seed: number;
}

export const NOISE_BAND = 0.03;
/** At different times, other processes and clock rates differ, and the CAS unit corrects that only in part. */
export const NOISE_BAND_SAVED = 0.1;
/** A difference must be less probable than that by chance; twenty comparisons then err one time in five. */
const P_MAX = 0.01;
/** Fewer repetitions cannot reach `P_MAX`: of 4 and 4 the most extreme order has p = 0.029. */
export const REPETITIONS_MIN = 5;
/** Spread divided by median, from which on a side is too noisy. */
export const SPREAD_MAX = 0.2;

/** All metrics that both sides have. */
export function compareRepetitions(
  base: readonly Repetition[],
  now: readonly Repetition[],
  options: ComparisonOptions,
): MetricComparison[] {
  return METRICS.flatMap((metric) => {
    const before = scaledValues(base, metric, options.inCasUnits);
    const after = scaledValues(now, metric, options.inCasUnits);
    return before.length === 0 || after.length === 0 ? [] : [compareMetric(metric, before, after, options)];
  });
}

/** One metric. A difference counts if both tests see it, beyond the noise band. */
export function compareMetric<Name extends string>(
  metric: { readonly name: Name; readonly higherIsBetter: boolean },
  base: readonly number[],
  now: readonly number[],
  options: Pick<ComparisonOptions, 'noiseBand' | 'seed'>,
): MetricComparison<Name> {
  const before = summarize(base);
  const after = summarize(now);
  const known = { metric: metric.name, base: before, now: after };
  if (before.median === 0) {
    const none = { ratio: null, interval: null, p: null, trustworthy: true };
    return after.median === 0
      ? { ...known, ...none, verdict: 'same', reason: 'both medians are 0' }
      : { ...known, ...none, verdict: 'cannot tell', reason: 'the base’s median is 0, so there is no ratio' };
  }
  const ratio = after.median / before.median;
  const interval = ratioInterval(now, base, options.seed);
  const { p } = mannWhitney(now, base);
  const spread = Math.max(before.spread / before.median, after.median > 0 ? after.spread / after.median : 0);
  const figures = { ...known, ratio, interval, p };
  const few = Math.min(base.length, now.length);
  if (few < REPETITIONS_MIN) {
    return {
      ...figures,
      trustworthy: false,
      verdict: 'cannot tell',
      reason: `${few} ${few === 1 ? 'repetition is' : 'repetitions are'} too few: at least ${REPETITIONS_MIN} a side`,
    };
  }
  const judged = judge(metric.higherIsBetter, { ratio, interval, p, spread }, options.noiseBand);
  // A verdict that holds in spite of the noise is not taken back because of it.
  const trustworthy = judged.verdict !== 'cannot tell' || spread <= SPREAD_MAX;
  return { ...figures, ...judged, trustworthy };
}

interface Evidence {
  readonly ratio: number;
  readonly interval: Interval;
  readonly p: number;
  readonly spread: number;
}

function judge(
  higherIsBetter: boolean,
  { ratio, interval, p, spread }: Evidence,
  band: number,
): { verdict: ComparisonVerdict; reason: string } {
  const below = 1 - band;
  const above = 1 + band;
  const range = `${percentChange(interval.low)} to ${percentChange(interval.high)}`;
  const isOutside = interval.high < below || interval.low > above;
  if (isOutside && p < P_MAX) {
    const isBetter = ratio > 1 === higherIsBetter;
    const noisy =
      spread > SPREAD_MAX ? `, and beyond what repetitions vary by (${percent(spread)} of their median)` : '';
    return {
      verdict: isBetter ? 'better' : 'worse',
      reason: `${range} with 95 % confidence, beyond the noise band of ${percent(band)}${noisy}; by chance in ${percent(p)}`,
    };
  }
  if (interval.low >= below && interval.high <= above) {
    return { verdict: 'same', reason: `${range}: within the noise band of ${percent(band)}` };
  }
  if (spread > SPREAD_MAX) {
    return {
      verdict: 'cannot tell',
      reason: `too noisy: repetitions vary by ${percent(spread)} of their median`,
    };
  }
  return {
    verdict: 'cannot tell',
    reason: `${range}: more repetitions, or longer ones, would narrow it${p < P_MAX ? '' : `; by chance in ${percent(p)}`}`,
  };
}

function scaledValues(repetitions: readonly Repetition[], metric: Metric, inCasUnits: boolean): number[] {
  if (!inCasUnits || metric.scale === 'none') return valuesOf(repetitions, metric.name);
  return repetitions
    .filter((repetition) => repetition.casNs > 0)
    .flatMap((repetition) =>
      valuesOf([repetition], metric.name).map((value) =>
        metric.scale === 'rate' ? value * repetition.casNs * 1e-9 : value / repetition.casNs,
      ),
    );
}

function percent(part: number): string {
  const value = part * 100;
  return `${value >= 1 ? Number(value.toFixed(1)) : Number(value.toPrecision(2))} %`;
}

/** `worse` if any is, and so on. */
export function worstVerdict(verdicts: readonly ComparisonVerdict[]): ComparisonVerdict {
  const order: readonly ComparisonVerdict[] = ['worse', 'cannot tell', 'same', 'better'];
  return order.find((verdict) => verdicts.includes(verdict)) ?? 'cannot tell';
}
