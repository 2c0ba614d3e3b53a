import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

// A worker starts whatever arguments its process was given.

const CODE = `
import { startWorker } from '${new URL('../../dist/src/platform/start_worker.js', import.meta.url)}';
const file = new URL('data:text/javascript,import { parentPort } from "node:worker_threads"; parentPort.postMessage(process.execArgv)');
const more = JSON.parse(process.argv[1]);
startWorker(file, {}, more).on('message', (given) => console.log(JSON.stringify(given)));
`;

function startedWith(given: readonly string[], more: readonly string[]): string[] {
  const args = [...given, '--input-type=module', '-e', CODE, JSON.stringify(more)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

test.each([
  ['nothing more', [], []],
  ['a limit of the whole process', ['--max-old-space-size=500'], []],
  ['several such', ['--max-old-space-size=500', '--stack-size=900', '--title=x'], []],
  ['more for the worker', [], ['--no-warnings']],
  ['both', ['--max-old-space-size=500', '--enable-source-maps'], ['--no-warnings']],
])('with %s', (_, given, more) => {
  const started = startedWith(given, more);
  expect(started).toEqual(expect.arrayContaining(more));
  expect(started.some((argument) => argument.startsWith('--input-type'))).toBe(false);
  if (given.includes('--enable-source-maps')) expect(started).toContain('--enable-source-maps');
});
