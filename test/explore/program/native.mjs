import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// The programs of corpus/ and how plain Node.js runs them. What a program prints, and the code with which it ends, depend
// on no timing: it prints from the main thread alone, and never the order of two things that Node.js orders by chance (a
// timer and an immediate, the messages of two ports, 'online' or 'error' of a worker and its messages). So it must do the
// same in every schedule.

/** The folder of the programs. They run in it: some name their worker by a path relative to it. */
export const CORPUS = join(import.meta.dirname, 'corpus');

/** Nothing in the corpus takes longer than two seconds on a quiet machine. */
const LIMIT_MS = 60_000;

const NODE = process.versions.node.split('.').map(Number);

/** File names of all programs, in order. */
export function programs() {
  return readdirSync(CORPUS)
    .filter((name) => /\.[cm]js$/.test(name) && name !== 'record.mjs')
    .sort();
}

/**
 * Whether this Node.js can run a program: its first line may say `// node >= 22` or `// node >= 22.3`.
 * @param {string} name
 */
export function runsHere(name) {
  const first = readFileSync(join(CORPUS, name), 'utf8').split('\n', 1)[0];
  const bound = /^\/\/ node >= (\d+)(?:\.(\d+))?/.exec(first);
  if (bound === null) return true;
  const [major, minor] = [Number(bound[1]), Number(bound[2] ?? 0)];
  return NODE[0] > major || (NODE[0] === major && NODE[1] >= minor);
}

/**
 * One run under this Node.js: its exit code (null if it was killed at the limit) and what it printed.
 * @param {string} name
 * @returns {Promise<{ exit: number | null, lines: string[] }>}
 */
export function runNatively(name) {
  const { FORCE_COLOR, NODE_OPTIONS, ...env } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [name], {
      cwd: CORPUS,
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: LIMIT_MS,
      killSignal: 'SIGKILL',
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    child.on('error', reject);
    child.on('close', (exit) => {
      const lines = text.split('\n');
      if (lines.at(-1) === '') lines.pop();
      resolve({ exit, lines });
    });
  });
}
