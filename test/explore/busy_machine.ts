import { type ChildProcess, fork, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { scenario } from './paths.ts';

// The same explorations beside processes that take the cores away: what is said must not change.

/**
 * An exploration that is done again and again. Few schedules: beside busy processes every hand-over from thread to thread
 * waits until the other thread is given a core, up to a tenth of a second.
 */
export interface Row {
  readonly scenario: string;
  readonly options: readonly string[];
  /** The exit code that is due. */
  readonly code: number;
}

export const ROWS: readonly Row[] = [
  // Sound: three threads at a spin lock, two at one that sleeps, and asynchronous threads that wait and time out.
  {
    scenario: 'machine/lock.mjs?kind=ttas',
    options: ['--threads', '3', '--strategy', 'pct', '--schedules', '10'],
    code: 0,
  },
  { scenario: 'locks/futex.mjs', options: ['--schedules', '6'], code: 0 },
  { scenario: 'asynchronous-timeout.mjs', options: ['--schedules', '5'], code: 0 },
  // Buggy: found in some schedule, with these seeds not in the first, and confirmed by another run.
  { scenario: 'lost-update.mjs', options: ['--strategy', 'pos', '--seed', '5'], code: 1 },
  { scenario: 'many-operations.mjs', options: ['--strategy', 'pos'], code: 1 },
  { scenario: 'verdicts/deadlock.mjs', options: ['--strategy', 'pct', '--seed', '5'], code: 1 },
  { scenario: 'verdicts/hang.mjs', options: ['--hang', '100ms'], code: 1 },
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
  const lane = async (): Promise<void> => {
    const child = fork(fileURLToPath(new URL('explore_often.mjs', import.meta.url)));
    try {
      for (let row = queue.shift(); row !== undefined; row = queue.shift()) {
        said.get(row)?.add(await saying(child, row, directory));
      }
    } finally {
      child.kill();
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, queue.length) }, lane));
  return new Map([...said].map(([row, texts]) => [row, [...texts]]));
}

interface Answer {
  readonly code: unknown;
  readonly text: string;
}

/** What one exploration says: exit code, verdict, schedule, events; or how much was run. Never how long it took. */
async function saying(child: ChildProcess, row: Row, directory: string): Promise<string> {
  const [file, query = ''] = row.scenario.split('?');
  const path = fileURLToPath(scenario(file)) + (query === '' ? '' : `?${query}`);
  child.send([
    path,
    '--seed',
    '7',
    '--json',
    '--quiet',
    '--no-shrink',
    '--output',
    directory,
    ...row.options,
  ]);
  const { code, text } = await new Promise<Answer>((resolve) => {
    child.once('message', (answer) => resolve(answer as Answer));
    child.once('exit', (status) => resolve({ code: `of a process that ended with ${status}`, text: '' }));
  });
  child.removeAllListeners();
  return `exit ${code}: ${text.startsWith('{') ? summary(text) : text}`;
}

function summary(text: string): string {
  const result = JSON.parse(text) as Record<string, unknown>;
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
