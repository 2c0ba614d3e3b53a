import { differences } from '../compare/baseline.ts';
import { compareSweeps } from '../compare/compare_sweeps.ts';
import { NOISE_BAND, NOISE_BAND_SAVED } from '../compare/comparison.ts';
import { LabError } from '../platform/error.ts';
import { printableLine } from '../platform/printable.ts';
import { comparisonText } from '../report/text/comparison_text.ts';
import { METRIC_NAMES, type MetricName } from '../results/metrics.ts';
import type { SweepResult } from '../results/sweep_result.ts';
import { EXIT_OK, EXIT_REGRESSION, EXIT_UNTRUSTWORTHY } from './command.ts';
import { type OptionSpecs, oneOf, type ParsedArguments } from './options.ts';
import { keepJson } from './output.ts';
export const COMPARISON_OPTIONS: OptionSpecs = {
  metric: {
    value: 'NAME',
    help: `whose regression fails a comparison (default: throughput):\n${METRIC_NAMES.join(', ')}`,
  },
  noise: {
    value: 'PERCENT',
    help: `differences up to that are noise (default: ${NOISE_BAND * 100}%; ${NOISE_BAND_SAVED * 100}% against saved runs)`,
  },
  strict: { help: 'exit with 4 where figures are too noisy to trust' },
  force: { help: 'compare with runs of another machine, Node.js or configuration' },
};

/** The bootstrap's: a comparison of the same files says the same. */
const BOOTSTRAP_SEED = 1;

/** What a comparison is told: to be read before anything runs, so that a wrong option costs nothing. */
export interface ComparisonArguments {
  readonly gate: MetricName;
  /** Undefined where the default is to be used. */
  readonly noiseBand: number | undefined;
  readonly strict: boolean;
  readonly force: boolean;
}

/** @throws `Usage` */
export function comparisonArguments(given: ParsedArguments): ComparisonArguments {
  return {
    gate: oneOf('--metric', given.text('metric') ?? 'throughput', METRIC_NAMES),
    noiseBand: noiseBandOf(given.text('noise')),
    strict: given.has('strict'),
    force: given.has('force'),
  };
}

export interface Compared {
  readonly base: SweepResult;
  readonly now: SweepResult;
  readonly labels: { readonly base: string; readonly now: string };
  /** False where they ran at different times. */
  readonly interleaved: boolean;
  /** Where people read it. */
  readonly text: NodeJS.WriteStream;
  /** Configurations that are meant to differ. */
  readonly meantToDiffer?: boolean;
  readonly json?: string;
}

/**
 * Compares, says what came of it, and gives the exit code.
 *
 * @throws `Usage` where the comparison would be unfair and `--force` was not given
 */
export function reportComparison(asked: ComparisonArguments, compared: Compared): number {
  const { base, now, labels, interleaved } = compared;
  const unfair = compared.meantToDiffer ? [] : differences(base, now);
  refuseUnfair(asked, labels.base, unfair);
  const result = compareSweeps(base, now, {
    gate: asked.gate,
    noiseBand: asked.noiseBand ?? (interleaved ? NOISE_BAND : NOISE_BAND_SAVED),
    inCasUnits: !interleaved,
    seed: BOOTSTRAP_SEED,
    labels,
    differences: unfair,
  });
  const sides = `base: ${printableLine(labels.base)}\nnew:  ${printableLine(labels.now)}`;
  compared.text.write(`${sides}\n\n${comparisonText(result)}`);
  return keepJson('--json', compared.json, result, exitCodeOfComparison(asked, result));
}

export function exitCodeOfComparison(
  asked: Pick<ComparisonArguments, 'strict'>,
  result: { readonly verdict: string; readonly trustworthy: boolean },
): number {
  if (result.verdict === 'worse') return EXIT_REGRESSION;
  return asked.strict && !result.trustworthy ? EXIT_UNTRUSTWORTHY : EXIT_OK;
}

/** @throws `Usage` where there is something that makes it so, and `--force` was not given */
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

function noiseBandOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const percent = /^(\d+(?:\.\d+)?)%?$/.exec(text.trim())?.[1];
  const band = Number(percent) / 100;
  if (percent === undefined || band >= 1) {
    throw new LabError('Usage', `--noise '${text}': must be a percentage from 0 to 100, as in 3%`);
  }
  return band;
}
