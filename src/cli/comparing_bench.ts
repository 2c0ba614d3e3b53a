import { benchDifferences, compareBenches } from '../compare/bench_comparison.ts';
import { NOISE_BAND_SAVED } from '../compare/comparison.ts';
import { LabError } from '../platform/error.ts';
import { printableLine } from '../platform/printable.ts';
import { benchComparisonText } from '../report/text/bench_comparison_text.ts';
import { readBench } from '../results/read_bench.ts';
import { type ComparisonArguments, exitCodeOfComparison } from './comparing.ts';
import type { ParsedArguments } from './options.ts';
import { keepJson } from './output.ts';

/** The bootstrap's: a comparison of the same files says the same. */
const BOOTSTRAP_SEED = 1;

/**
 * Compares two files of `bench --json`, says what came of it, and gives the exit code.
 *
 * @returns null where neither is one
 * @throws `Usage` where only one is, and where the comparison would be unfair and `--force` was not given
 */
export function compareBenchFiles(
  given: ParsedArguments,
  asked: ComparisonArguments,
  baseFile: string,
  nowFile: string,
): number | null {
  const [base, now] = [readBench(baseFile), readBench(nowFile)];
  if (base === null && now === null) return null;
  if (base === null || now === null) {
    const [bench, other] = base === null ? [nowFile, baseFile] : [baseFile, nowFile];
    throw new LabError('Usage', `${bench}: is of framelab bench, and ${other} is not`);
  }
  if (given.has('metric')) {
    throw new LabError('Usage', '--metric: is about runs, and of benchmarks every figure is compared');
  }
  const unfair = benchDifferences(base, now);
  if (unfair.length > 0 && !asked.force) {
    throw new LabError(
      'Usage',
      `${baseFile}: cannot be compared fairly: ${unfair.join('; ')} (--force compares anyway)`,
    );
  }
  const result = compareBenches(base, now, {
    noiseBand: asked.noiseBand ?? NOISE_BAND_SAVED,
    seed: BOOTSTRAP_SEED,
    labels: { base: baseFile, now: nowFile },
    differences: unfair,
  });
  const json = given.text('json');
  const text = json === '-' ? process.stderr : process.stdout;
  const sides = `base: ${printableLine(baseFile)}\nnew:  ${printableLine(nowFile)}`;
  text.write(`${sides}\n\n${benchComparisonText(result)}`);
  return keepJson('--json', json, result, exitCodeOfComparison(asked, result));
}
