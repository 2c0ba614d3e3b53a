import { DEFAULT_STATS } from '../src/lab/run/run_options.ts';
import { DEFAULT_LOCK_KIND } from '../src/sync/registry.ts';
import type { ScaleResult } from './bench_result.ts';
import { measureRow } from './measure_row.ts';
import type { BenchOptions } from './options.ts';
import { spread } from './statistics.ts';

/** What two threads must reach of what a control reaches that shares nothing. */
export const OF_CONTROL_MIN = 0.9;

const ROWS = ['raw-mix', 'frame-pair', 'ktest'];
const ALLOCATORS = ['buddy', 'global-buddy'];

/**
 * How two threads scale: each row by one thread alone and by both at once, and in the same rounds the same of a
 * control of private computation, since two virtual cores may be less than two.
 */
export async function measureScale(
  options: BenchOptions,
  progress: (what: string) => void,
): Promise<ScaleResult[]> {
  const results: ScaleResult[] = [];
  for (const allocator of ALLOCATORS.filter((name) => options.allocators.includes(name))) {
    for (const row of ROWS.filter((name) => options.rows.includes(name))) {
      const runs: { speedup: number; control: number }[] = [];
      for (let run = 0; run < (options.quick ? 1 : options.runs); run++) {
        progress(`scale: ${row} ${allocator}`);
        runs.push(await measure(row, allocator, options));
      }
      results.push({
        row,
        allocator,
        speedup: spread(runs.map((run) => run.speedup)),
        controlSpeedup: spread(runs.map((run) => run.control)),
        ofControl: spread(runs.map((run) => run.speedup / run.control)),
      });
    }
  }
  return results;
}

async function measure(row: string, allocator: string, options: BenchOptions) {
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
  return { speedup: (2 * alone.ns) / both.ns, control: (2 * controlAlone.ns) / controlBoth.ns };
}
