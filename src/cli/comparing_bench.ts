import { benchDifferences, compareBenches } from '../compare/bench_comparison.ts';
import { NOISE_BAND_SAVED } from '../compare/comparison.ts';
import { LabError } from '../platform/error.ts';
import { printableLine } from '../platform/printable.ts';
import { benchComparisonText } from '../report/text/bench_comparison_text.ts';
import { readBench } from '../results/read_bench.ts';
import { type ComparisonArguments, endingOfComparison, refuseUnfair } from './comparing.ts';
import type { Ending } from './exit_codes.ts';
import type { COMPARISON } from './groups/comparison.ts';
import type { Io } from './io.ts';
import type { Given } from './options.ts';

/** The bootstrap's: a comparison of the same files says the same. */
const BOOTSTRAP_SEED = 1;

/**
 * Compares two files of `bench --json`, and says what came of it.
 *
 * @returns how the command ends; null where neither is one
 * @throws `Usage` where only one is, and where the comparison would be unfair and `--force` was not given
 */
export function compareBenchFiles(
  { values, operands: [baseFile, nowFile] }: Given<typeof COMPARISON>,
  asked: ComparisonArguments,
  io: Io,
): Ending | null {
  const [base, now] = [readBench(baseFile), readBench(nowFile)];
  if (base === null && now === null) return null;
  if (base === null || now === null) {
    const [bench, other] = base === null ? [nowFile, baseFile] : [baseFile, nowFile];
    throw new LabError('Usage', `${bench}: is of framelab bench, and ${other} is not`);
  }
  if (values.metric !== undefined) {
    throw new LabError('Usage', '--metric: is about runs, and of benchmarks every figure is compared');
  }
  const unfair = benchDifferences(base, now);
  refuseUnfair(asked, baseFile, unfair);
  const result = compareBenches(base, now, {
    noiseBand: asked.noiseBand ?? NOISE_BAND_SAVED,
    seed: BOOTSTRAP_SEED,
    labels: { base: baseFile, now: nowFile },
    differences: unfair,
  });
  const sides = `base: ${printableLine(baseFile)}\nnew:  ${printableLine(nowFile)}`;
  io.text(`${sides}\n\n${benchComparisonText(result)}`);
  io.json(result);
  return endingOfComparison(asked, result);
}
