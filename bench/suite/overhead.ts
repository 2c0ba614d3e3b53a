import { run } from '../../src/lab/run/run.ts';
import { DEFAULT_STATS } from '../../src/lab/run/run_options.ts';
import { ratioInterval } from '../../src/platform/sample_statistics.ts';
import type { OracleLevel } from '../../src/results/run_result.ts';
import type { StatisticsLevel } from '../../src/sync/decorators/lock_figures.ts';
import type { BenchOptions } from '../figures/bench_options.ts';
import type { OverheadResult } from '../figures/bench_result.ts';
import { median, spread } from '../figures/statistics.ts';
import { measureStatisticsCost, PATHS, type Path } from '../locks/statistics_cost.ts';

/** The second of two locks without statistics, beside the first. */
export const CONTROL_NAME = 'the same lock again';

/** Seed of the bootstrap, fixed: the same times give the same interval. */
const BOOTSTRAP_SEED = 1;

interface Variant {
  readonly name: string;
  readonly oracle: OracleLevel;
}

const BASE: Variant = { name: 'no oracle', oracle: 'off' };
const VARIANTS: readonly Variant[] = [
  { name: 'oracle ownership', oracle: 'ownership' },
  { name: 'oracle full', oracle: 'full' },
];

/**
 * What the lab itself costs: its recorder, measured on an empty allocator after each run; the oracle, by a whole run
 * with it right after one without it, so that both had the same conditions; and statistics, on a lock.
 */
export async function measureOverhead(
  options: BenchOptions,
  progress: (what: string) => void,
): Promise<OverheadResult[]> {
  const results: OverheadResult[] = [];
  const recorders: number[] = [];
  for (const variant of VARIANTS) {
    const pairs: { withoutNs: number; withNs: number }[] = [];
    for (let repeat = 0; repeat < (options.quick ? 1 : options.runs); repeat++) {
      progress(`overhead: ${variant.name}`);
      const without = await nsPerOperation(BASE, options);
      const withIt = await nsPerOperation(variant, options);
      recorders.push(without.recorderNs);
      pairs.push({ withoutNs: without.ns, withNs: withIt.ns });
    }
    results.push(oracleCost(variant.name, pairs));
  }
  for (const path of PATHS) {
    progress(`overhead: statistics, ${path.name}`);
    results.push(...(await statisticsCost(path, options.quick)));
  }
  const recorder = spread(recorders);
  results.unshift({
    name: 'recorder (empty allocator, oracle off)',
    withoutNs: 0,
    withNs: recorder.median,
    addedNs: recorder,
    addedPercent: null,
    interval: null,
    percentMax: null,
  });
  return results;
}

async function nsPerOperation({ name, oracle }: Variant, options: BenchOptions) {
  const durationMs = options.quick ? 150 : 500;
  const result = await run({ workload: 'churn', workers: 2, durationMs, seed: 1, stats: 'off', oracle });
  if (result.outcome !== 'passed') throw new Error(`overhead, ${name}: the run ${result.outcome}`);
  const { measuredMs } = result.durations;
  return {
    ns: (measuredMs * 1e6 * result.configuration.workers) / result.totals.operations,
    recorderNs: result.overhead.recorderNs,
  };
}

function oracleCost(name: string, pairs: readonly { withoutNs: number; withNs: number }[]): OverheadResult {
  return {
    name,
    withoutNs: median(pairs.map((pair) => pair.withoutNs)),
    withNs: median(pairs.map((pair) => pair.withNs)),
    addedNs: spread(pairs.map((pair) => pair.withNs - pair.withoutNs)),
    addedPercent: median(pairs.map((pair) => (pair.withNs / pair.withoutNs - 1) * 100)),
    interval: null,
    percentMax: null,
  };
}

/** What each level adds to a lock without statistics; first the difference between two such locks. */
async function statisticsCost(path: Path, quick: boolean): Promise<OverheadResult[]> {
  const teams = await measureStatisticsCost(path, quick ? 60 : 250, 4);
  const timesOf = (level: StatisticsLevel) => teams.filter((team) => team.level === level);
  const [first, second] = timesOf('off');
  const all = (level: StatisticsLevel) => timesOf(level).flatMap((team) => team.ns);
  const levels = [...new Set(path.levels)].filter((level) => level !== 'off');
  return [
    added(`${CONTROL_NAME}, ${path.name}`, first.ns, second.ns, null),
    ...levels.map((level) =>
      added(
        `statistics ${level}, ${path.name}`,
        all('off'),
        all(level),
        level === DEFAULT_STATS ? path.percentMax : null,
      ),
    ),
  ];
}

function added(
  name: string,
  without: readonly number[],
  withIt: readonly number[],
  percentMax: number | null,
): OverheadResult {
  const [withoutNs, withNs] = [median(without), median(withIt)];
  const { low, high } = ratioInterval(withIt, without, BOOTSTRAP_SEED);
  const percent = (ratio: number) => (ratio - 1) * 100;
  return {
    name,
    withoutNs,
    withNs,
    addedNs: { median: withNs - withoutNs, min: (low - 1) * withoutNs, max: (high - 1) * withoutNs },
    addedPercent: percent(withNs / withoutNs),
    interval: { low: percent(low), high: percent(high) },
    percentMax,
  };
}
