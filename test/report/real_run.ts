import { run } from '#src/lab/run/run.js';
import type { RunOptions } from '#src/lab/run/run_options.js';
import type { RunResult } from '#src/results/run_result.js';

/** A result as other programs get it: of a real run, through JSON. */
export async function realRun(options: RunOptions = {}): Promise<RunResult> {
  const result = await run({
    seed: 11,
    workers: 2,
    durationMs: 600,
    memory: 32 * 2 ** 20,
    warmup: { operations: 2000 },
    ...options,
  });
  return JSON.parse(JSON.stringify(result));
}
