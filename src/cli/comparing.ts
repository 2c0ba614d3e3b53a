import { differences } from '../compare/baseline.ts';
import { compareSweeps } from '../compare/compare_sweeps.ts';
import { NOISE_BAND, NOISE_BAND_SAVED } from '../compare/comparison.ts';
import { LabError } from '../platform/error.ts';
import { printableLine } from '../platform/printable.ts';
import { comparisonText } from '../report/text/comparison_text.ts';
import type { MetricName } from '../results/metrics.ts';
import type { SweepResult } from '../results/sweep_result.ts';
import type { Ending } from './exit_codes.ts';
import type { COMPARISON } from './groups/comparison.ts';
import type { Io } from './io.ts';
import type { Given } from './options.ts';

/** Seed of the bootstrap, fixed: comparing the same files again gives the same result. */
const BOOTSTRAP_SEED = 1;

/** Options of a comparison: read before anything runs, so that a wrong one costs nothing. */
export interface ComparisonArguments {
  readonly gate: MetricName;
  /** Undefined for the default. */
  readonly noiseBand: number | undefined;
  readonly strict: boolean;
  readonly force: boolean;
}

export function comparisonArguments(values: Given<typeof COMPARISON>['values']): ComparisonArguments {
  const { metric = 'throughput', noise, strict = false, force = false } = values;
  return { gate: metric, noiseBand: noise, strict, force };
}

export interface Compared {
  readonly base: SweepResult;
  readonly now: SweepResult;
  readonly labels: { readonly base: string; readonly now: string };
  /** False if they ran at different times. */
  readonly interleaved: boolean;
  /** True if the configurations are meant to differ. */
  readonly meantToDiffer?: boolean;
  /** The arguments of `framelab` that compare them again; empty if no command does. */
  readonly reproduce?: readonly string[];
}

/**
 * Compares, and reports the result.
 *
 * @returns the comparison, and how the command that asked for it ends
 * @throws `Usage` if the comparison would be unfair and `--force` was not given
 */
export function reportComparison(
  asked: ComparisonArguments,
  { base, now, labels, interleaved, meantToDiffer, reproduce }: Compared,
  io: Io,
): { readonly ending: Ending; readonly comparison: ReturnType<typeof compareSweeps> } {
  const unfair = meantToDiffer ? [] : differences(base, now);
  refuseUnfair(asked, labels.base, unfair);
  const comparison = compareSweeps(base, now, {
    gate: asked.gate,
    noiseBand: asked.noiseBand ?? (interleaved ? NOISE_BAND : NOISE_BAND_SAVED),
    inCasUnits: !interleaved,
    seed: BOOTSTRAP_SEED,
    labels,
    differences: unfair,
    reproduce,
  });
  const sides = `base: ${printableLine(labels.base)}\nnew:  ${printableLine(labels.now)}`;
  io.text(`${sides}\n\n${comparisonText(comparison)}`);
  return { ending: endingOfComparison(asked, comparison), comparison };
}

export function endingOfComparison(
  asked: Pick<ComparisonArguments, 'strict'>,
  result: { readonly verdict: string; readonly trustworthy: boolean },
): Ending {
  if (result.verdict === 'worse') return 'regression';
  return asked.strict && !result.trustworthy ? 'untrustworthy' : 'ok';
}

/** @throws `Usage` if anything makes it unfair, and `--force` was not given */
export function refuseUnfair(
  asked: Pick<ComparisonArguments, 'force'>,
  base: string,
  unfair: readonly string[],
): void {
  if (asked.force || unfair.length === 0) return;
  throw new LabError(
    'Usage',
    `${base}: cannot be compared fairly: ${unfair.join('; ')} (--force compares anyway)`,
  );
}
