import type { OracleLevel } from '../src/lab/check/oracle.ts';
import { run } from '../src/lab/run/run.ts';
import type { StatisticsLevel } from '../src/sync/decorators/lock_figures.ts';
import type { OverheadResult } from './bench_result.ts';
import type { BenchOptions } from './options.ts';
import { median, spread } from './statistics.ts';

/** What counting and sampling one operation may cost with the oracle off, in nanoseconds. */
const RECORDER_NS_MAX = 10;
/** What statistics may take of a run's operations, in percent. */
const PERCENT_MAX: Partial<Record<StatisticsLevel, number>> = { counts: 5, sampled: 10 };

interface Variant {
  readonly name: string;
  readonly stats: StatisticsLevel;
  readonly oracle: OracleLevel;
}

const BASE: Variant = { name: 'neither', stats: 'off', oracle: 'off' };
const VARIANTS: readonly Variant[] = [
  { name: 'statistics counts', stats: 'counts', oracle: 'off' },
  { name: 'statistics sampled', stats: 'sampled', oracle: 'off' },
  { name: 'statistics full', stats: 'full', oracle: 'off' },
  { name: 'oracle ownership', stats: 'off', oracle: 'ownership' },
  { name: 'oracle full', stats: 'off', oracle: 'full' },
];

/**
 * What the lab itself costs: its recorder, measured on an empty allocator after each run, and what statistics and
 * oracle take of a whole run. Each variant has a run without it just before, so that both saw the same machine.
 */
export async function measureOverhead(
  options: BenchOptions,
  progress: (what: string) => void,
): Promise<OverheadResult[]> {
  const results: OverheadResult[] = [];
  const recorders: number[] = [];
  for (const variant of VARIANTS) {
    const pairs: { without: number; with: number }[] = [];
    for (let repeat = 0; repeat < (options.quick ? 1 : options.runs); repeat++) {
      progress(`overhead: ${variant.name}`);
      const without = await nsPerOperation(BASE, options);
      const withIt = await nsPerOperation(variant, options);
      recorders.push(without.recorderNs);
      pairs.push({ without: without.ns, with: withIt.ns });
    }
    results.push(summarise(variant, pairs));
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

async function nsPerOperation(variant: Variant, options: BenchOptions) {
  const result = await run({
    workload: 'churn',
    workers: 2,
    durationMs: options.quick ? 150 : 500,
    seed: 1,
    stats: variant.stats,
    oracle: variant.oracle,
  });
  if (result.outcome !== 'passed') throw new Error(`overhead, ${variant.name}: the run ${result.outcome}`);
  const { measuredMs } = result.durations;
  return {
    ns: (measuredMs * 1e6 * result.configuration.workers) / result.totals.operations,
    recorderNs: result.overhead.recorderNs,
  };
}

function summarise(variant: Variant, pairs: readonly { without: number; with: number }[]): OverheadResult {
  const addedPercent = median(pairs.map((pair) => (pair.with / pair.without - 1) * 100));
  const percentMax = variant.oracle === 'off' ? PERCENT_MAX[variant.stats] : undefined;
  return {
    name: variant.name,
    withoutNs: median(pairs.map((pair) => pair.without)),
    withNs: median(pairs.map((pair) => pair.with)),
    addedNs: spread(pairs.map((pair) => pair.with - pair.without)),
    addedPercent,
    criterion:
      percentMax === undefined ? null : { text: `under ${percentMax} %`, met: addedPercent < percentMax },
  };
}
