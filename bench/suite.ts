import { writeFileSync } from 'node:fs';
import { readEnvironment } from '../src/lab/run/environment.ts';
import { TOOL_VERSION } from '../src/platform/version.ts';
import { BENCH_SCHEMA_VERSION, type BenchResult } from './bench_result.ts';
import { formatResult } from './format.ts';
import { measureLocks } from './lock_throughput.ts';
import { type BenchOptions, HELP, parseOptions, UsageError } from './options.ts';
import { measureOverhead } from './overhead.ts';
import { measureRows, missedTargets } from './row_table.ts';
import { measureScale } from './scale.ts';
import { measureStartup } from './startup.ts';
import { median } from './statistics.ts';
import { measureSteps } from './steps.ts';

/**
 * Runs the suite as the arguments say, and prints what it found.
 *
 * @returns the exit code: 0, 2 for a mistake in the arguments, 3 where a target is missed
 */
export async function bench(args: readonly string[]): Promise<number> {
  let options: BenchOptions | null;
  try {
    options = parseOptions(args);
    await requireTinybench();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`bench: ${error.message}\nTry 'npm run bench -- --help'.`);
    return 2;
  }
  if (options === null) {
    console.log(HELP);
    return 0;
  }
  const result = await measure(options);
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  const json = `${JSON.stringify(result, null, 2)}\n`;
  if (options.json === '-') process.stdout.write(json);
  else console.log(formatResult(result));
  if (options.json !== null && options.json !== '-') writeFileSync(options.json, json);
  return result.missed.length > 0 ? 3 : 0;
}

/** It is a development dependency: there in a checkout, not where framelab is somebody's dependency. */
async function requireTinybench(): Promise<void> {
  try {
    await import('tinybench');
  } catch (cause) {
    throw new UsageError(
      'tinybench is not installed: run this in a checkout of framelab, after npm install',
      {
        cause,
      },
    );
  }
}

async function measure(options: BenchOptions): Promise<BenchResult> {
  const startedAt = new Date().toISOString();
  const startMs = performance.now();
  const wants = new Set(options.sections);
  const rows = wants.has('rows') ? await measureRows(options, progress) : [];
  const scale = wants.has('scale') ? await measureScale(options, progress) : [];
  const steps = wants.has('steps') ? await measureSteps(options, progress) : [];
  const locks = wants.has('locks') ? await measureLocks(options, progress) : [];
  const overhead = wants.has('overhead') ? await measureOverhead(options, progress) : [];
  const startupMs = wants.has('startup') ? await measureStartup(options.quick ? 2 : 5) : null;
  return {
    schemaVersion: BENCH_SCHEMA_VERSION,
    kind: 'bench',
    tool: { name: 'framelab', version: TOOL_VERSION },
    startedAt,
    durationMs: performance.now() - startMs,
    environment: await readEnvironment(),
    quick: options.quick,
    memoryBytes: options.memoryBytes,
    unitNs: rows.length > 0 ? median(rows.map((row) => row.unitNs)) : null,
    rows,
    scale,
    steps,
    locks,
    overhead,
    startupMs,
    missed: missedTargets(rows),
  };
}

/** One line on stderr that is written over and over, where somebody looks at it. */
function progress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what}`);
}
