import { DEFAULT_ALLOCATOR } from '../../src/allocators/registry.ts';
import { DEFAULT_STATS } from '../../src/lab/run/run_options.ts';
import type { BenchScaleRun } from '../../src/results/bench_rows.ts';
import { DEFAULT_LOCK_KIND } from '../../src/sync/registry.ts';
import type { BenchOptions } from '../figures/bench_options.ts';
import type { ScaleResult } from '../figures/bench_result.ts';
import { spread } from '../figures/statistics.ts';
import { measureRow } from './measure_row.ts';

const ROWS = ['raw-mix', 'frame-pair', 'ktest'];
/** The default, and one to show what a lock around everything does, without a target. */
const ALLOCATORS = [DEFAULT_ALLOCATOR, 'global-buddy'];

/**
 * How two threads scale: each row by one thread alone and by both at once, and in the same rounds a control of private
 * computation, since two virtual cores may give less than two.
 */
export async function measureScale(
  options: BenchOptions,
  progress: (what: string) => void,
): Promise<ScaleResult[]> {
  const results: ScaleResult[] = [];
  const wanted = options.quick ? [DEFAULT_ALLOCATOR] : ALLOCATORS;
  for (const allocator of wanted.filter((name) => options.allocators.includes(name))) {
    for (const row of ROWS.filter((name) => options.rows.includes(name))) {
      const runs: BenchScaleRun[] = [];
      for (let run = 0; run < options.runs; run++) {
        progress(`${row} ${allocator}`);
        runs.push(await measure(row, allocator, options));
      }
      results.push({
        row,
        allocator,
        runs,
        speedup: spread(runs.map((run) => run.speedup)),
        controlSpeedup: spread(runs.map((run) => run.controlSpeedup)),
        ofControl: spread(runs.map((run) => run.speedup / run.controlSpeedup)),
      });
    }
  }
  return results;
}

async function measure(row: string, allocator: string, options: BenchOptions): Promise<BenchScaleRun> {
  const [controlAlone, controlBoth, alone, both] = await measureRow(
    {
      allocator,
      lock: DEFAULT_LOCK_KIND,
      statistics: DEFAULT_STATS,
      threads: 2,
      memoryBytes: options.memoryBytes,
      phases: [
        { row: 'control', alone: true },
        { row: 'control', alone: false },
        { row, alone: true },
        { row, alone: false },
      ],
    },
    options.effort,
  );
  return { speedup: (2 * alone.ns) / both.ns, controlSpeedup: (2 * controlAlone.ns) / controlBoth.ns };
}
