import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { scenario } from './paths.ts';

// The same explorations beside processes that take the cores away: what is said must not change.

/** An exploration that is done again and again. */
export interface Row {
  readonly scenario: string;
  readonly options: readonly string[];
  /** The exit code that is due. */
  readonly code: number;
}

export const ROWS: readonly Row[] = [
  // Sound: three threads at a spin lock, two at one that sleeps, and asynchronous threads that wait and time out.
  { scenario: 'machine/lock.mjs?kind=ttas', options: ['--threads', '3', '--schedules', '60'], code: 0 },
  { scenario: 'locks/futex.mjs', options: ['--schedules', '150'], code: 0 },
  { scenario: 'asynchronous-timeout.mjs', options: ['--schedules', '60'], code: 0 },
  // Buggy: found in some schedule, and confirmed by another run.
  { scenario: 'locks/split.mjs', options: ['--strategy', 'pct'], code: 1 },
  { scenario: 'many-operations.mjs', options: ['--strategy', 'pos'], code: 1 },
  { scenario: 'verdicts/deadlock.mjs', options: ['--strategy', 'random'], code: 1 },
  { scenario: 'verdicts/hang.mjs', options: ['--hang', '300ms'], code: 1 },
];

/** No process of these outlives the test that needs it, nor this time. */
const BUSY_MS_MAX = 20 * 60_000;
/** Ends by itself, too, and with the process that started it. */
const BUSY =
  `const { ppid } = process, end = Date.now() + ${BUSY_MS_MAX}; ` +
  'for (let i = 0; Date.now() < end && (++i % 1e6 !== 0 || process.ppid === ppid); );';

/** Runs `body` beside so many processes that compute. */
export async function beside<Result>(count: number, body: () => Promise<Result>): Promise<Result> {
  const busy = Array.from({ length: count }, () =>
    spawn(process.execPath, ['-e', BUSY], { stdio: 'ignore' }),
  );
  try {
    return await body();
  } finally {
    for (const child of busy) child.kill('SIGKILL');
  }
}

/** Explores each row `times` times, so many at once, and gives what was said: all that is not the same, apart. */
export async function sayings(
  rows: readonly Row[],
  times: number,
  atOnce: number,
  directory: string,
): Promise<Map<Row, string[]>> {
  const said = new Map<Row, Set<string>>(rows.map((row) => [row, new Set()]));
  const queue = Array.from({ length: times }, () => rows).flat();
  const next = async (): Promise<void> => {
    for (let row = queue.shift(); row !== undefined; row = queue.shift()) {
      said.get(row)?.add(await saying(row, directory));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, next));
  return new Map([...said].map(([row, texts]) => [row, [...texts]]));
}

/** What one exploration says: exit code, verdict, schedule, events; or how much was run. Never how long it took. */
function saying(row: Row, directory: string): Promise<string> {
  const main = fileURLToPath(new URL('../../dist/src/explore/main.js', import.meta.url));
  const [file, query = ''] = row.scenario.split('?');
  const path = fileURLToPath(scenario(file)) + (query === '' ? '' : `?${query}`);
  const argv = [main, 'explore', path, '--seed', '7', '--json', '--output', directory, ...row.options];
  return new Promise((resolve) => {
    execFile(process.execPath, argv, (error, out, err) => {
      const code = error === null ? 0 : error.code;
      resolve(`exit ${code}: ${summary(out) ?? err}`);
    });
  });
}

function summary(out: string): string | undefined {
  if (out === '') return undefined;
  const result = JSON.parse(out) as Record<string, unknown>;
  if (result.found === true) {
    const recording = JSON.parse(readFileSync(result.replayFile as string, 'utf8')) as {
      found?: { strategy: string; schedule: number };
    };
    const { verdict, message, eventHash, thread } = result;
    return JSON.stringify({ verdict, message, eventHash, thread, ...recording.found });
  }
  const { executions, pruned, steps, switches, complete, remarks } = result;
  return JSON.stringify({ executions, pruned, steps, switches, complete, remarks });
}
