// The benchmark suite: `npm run bench -- --help`.
import { writeFileSync } from 'node:fs';
import { readEnvironment } from '../src/lab/environment.ts';
import { TOOL_VERSION } from '../src/platform/version.ts';
import { BENCH_SCHEMA_VERSION, type BenchResult } from './bench_result.ts';
import { formatResult } from './format.ts';
import { type BenchOptions, HELP, parseOptions, UsageError } from './options.ts';
import { measureRows, missedTargets } from './row_table.ts';
import { median } from './statistics.ts';

async function main(): Promise<number> {
  let options: BenchOptions | null;
  try {
    options = parseOptions(process.argv.slice(2));
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
  const json = `${JSON.stringify(result, null, 2)}\n`;
  if (options.json === '-') process.stdout.write(json);
  else console.log(formatResult(result));
  if (options.json !== null && options.json !== '-') writeFileSync(options.json, json);
  return result.missed.length > 0 ? 3 : 0;
}

async function measure(options: BenchOptions): Promise<BenchResult> {
  const startedAt = new Date().toISOString();
  const startMs = performance.now();
  const wants = new Set(options.sections);
  const rows = wants.has('rows') ? await measureRows(options, progress) : [];
  return {
    schemaVersion: BENCH_SCHEMA_VERSION,
    kind: 'bench',
    tool: { name: 'framelab', version: TOOL_VERSION },
    startedAt,
    durationMs: performance.now() - startMs,
    environment: await readEnvironment(),
    quick: options.quick,
    memoryBytes: options.memoryBytes,
    unitNs: rows.length > 0 ? median(rows.map((row) => row.unitNs)) : Number.NaN,
    rows,
    scale: [],
    steps: [],
    locks: [],
    overhead: [],
    startupMs: null,
    missed: missedTargets(rows),
  };
}

/** One line on stderr that is written over and over, where somebody looks at it. */
function progress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what}`);
}

process.exitCode = await main();
if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
