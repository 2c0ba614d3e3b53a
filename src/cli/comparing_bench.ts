import { benchDifferences, compareBenches } from '../compare/bench_comparison.ts';
import { NOISE_BAND_SAVED } from '../compare/comparison.ts';
import { LabError } from '../platform/error.ts';
import { printableLine } from '../platform/printable.ts';
import { benchComparisonText } from '../report/text/bench_comparison_text.ts';
import type { BenchRows } from '../results/bench_rows.ts';
import type { Readable } from '../results/read.ts';
import { type ComparisonArguments, endingOfComparison, refuseUnfair } from './comparing.ts';
import type { Ending } from './exit_codes.ts';
import type { COMPARISON } from './groups/comparison.ts';
import type { Io } from './io.ts';
import type { Given } from './options.ts';

/** Seed of the bootstrap, fixed: comparing the same files again gives the same result. */
const BOOTSTRAP_SEED = 1;

/** A file, and what was read from it. */
export interface ReadFile<Result = Readable> {
  readonly file: string;
  readonly result: Result;
}

/** @throws `Usage` if only one of the two is of `framelab bench` */
export function areOfBench(
  sides: readonly ReadFile[],
): sides is readonly [ReadFile<BenchRows>, ReadFile<BenchRows>] {
  const bench = sides.find(({ result }) => result.kind === 'bench');
  const other = sides.find(({ result }) => result.kind !== 'bench');
  if (bench !== undefined && other !== undefined) {
    throw new LabError('Usage', `${bench.file}: is of framelab bench, and ${other.file} is not`);
  }
  return other === undefined;
}

/**
 * Compares two results of `bench --json`, and reports the result.
 *
 * @returns how the command ends
 * @throws `Usage` if the comparison would be unfair and `--force` was not given
 */
export function compareBenchResults(
  { values }: Given<typeof COMPARISON>,
  asked: ComparisonArguments,
  sides: readonly [ReadFile<BenchRows>, ReadFile<BenchRows>],
  io: Io,
): Ending {
  const [{ file: baseFile, result: base }, { file: nowFile, result: now }] = sides;
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
    reproduce: ['compare', baseFile, nowFile],
  });
  const labels = `base: ${printableLine(baseFile)}\nnew:  ${printableLine(nowFile)}`;
  io.text(`${labels}\n\n${benchComparisonText(result)}`);
  io.json(result);
  return endingOfComparison(asked, result);
}
