import type { OracleLevel } from '../src/lab/check/oracle.ts';
import { run } from '../src/lab/run/run.ts';
import { DEFAULT_STATS } from '../src/lab/run/run_options.ts';
import type { OverheadResult } from './bench_result.ts';
import type { BenchOptions } from './options.ts';
import { median, spread } from './statistics.ts';
import { measureStatisticsCost, PATHS, type Path } from './statistics_cost.ts';

/** What counting and sampling one operation may cost with the oracle off, in nanoseconds. */
const RECORDER_NS_MAX = 10;
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
 * What the lab itself costs: its recorder, measured on an empty allocator after each run; the oracle, as part of a whole
 * run that has a run without it just before, so that both saw the same machine; and statistics, on a lock.
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
    results.push(summarise(variant.name, pairs, null));
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
    criterion: { text: `under ${RECORDER_NS_MAX} ns`, met: recorder.median < RECORDER_NS_MAX },
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

async function statisticsCost(path: Path, quick: boolean): Promise<OverheadResult[]> {
  const costs = await measureStatisticsCost(path, quick ? 40 : 250, 4);
  return costs.map(({ level, pairs }) => {
    const name = level === 'off' ? 'the same lock again' : `statistics ${level}`;
    const percentMax = level === DEFAULT_STATS ? path.percentMax : null;
    return summarise(`${name}, ${path.name}`, pairs, percentMax);
  });
}

function summarise(
  name: string,
  pairs: readonly { withoutNs: number; withNs: number }[],
  percentMax: number | null,
): OverheadResult {
  const addedPercent = median(pairs.map((pair) => (pair.withNs / pair.withoutNs - 1) * 100));
  return {
    name,
    withoutNs: median(pairs.map((pair) => pair.withoutNs)),
    withNs: median(pairs.map((pair) => pair.withNs)),
    addedNs: spread(pairs.map((pair) => pair.withNs - pair.withoutNs)),
    addedPercent,
    criterion: percentMax === null ? null : { text: `under ${percentMax} %`, met: addedPercent < percentMax },
  };
}
