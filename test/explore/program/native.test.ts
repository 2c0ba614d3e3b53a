import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CORPUS, programs, runNatively, runsHere } from './native.mjs';

// The corpus is the judge of programs under control; here plain Node.js judges the corpus: what expected.json says is
// still what a program prints and how it ends.

const expected: Record<string, { exit: number; lines: string[] }> = JSON.parse(
  readFileSync(join(CORPUS, 'expected.json'), 'utf8'),
);

test('every program has its entry, and every entry its program', () => {
  expect(Object.keys(expected)).toEqual(programs());
});

test.each([
  'worker-path-relative.mjs',
  'worker-exit-code.mjs',
  'worker-throw-own-class.mjs',
  'worker-terminate.mjs',
  'port-close-queued-in-handler.mjs',
  'port-throw-listener.mjs',
  'broadcast-three-threads.mjs',
  'timers-throw.mjs',
  'wait-async-in-turn.mjs',
  'modules-cjs.cjs',
  'files-import-fresh.mjs',
  'main-unsettled-await.mjs',
])('%s prints under plain Node.js what was recorded', async (name) => {
  expect(runsHere(name)).toBe(true);
  expect(await runNatively(name)).toEqual(expected[name]);
});
