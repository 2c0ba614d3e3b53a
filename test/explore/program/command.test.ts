import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandIn } from '../command_line.ts';

// `framelab explore --program`, as it is typed.

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'framelab-program-'));
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  write(
    'echo.cjs',
    `const { Worker, isMainThread, parentPort } = require('node:worker_threads');
if (isMainThread) {
  const worker = new Worker(__filename);
  worker.once('message', (said) => { console.log(said, ...process.argv.slice(2)); process.exitCode = 3; worker.terminate(); });
  worker.postMessage('hello');
} else parentPort.once('message', (text) => parentPort.postMessage(text));
`,
  );
  write('alone.mjs', 'console.log(1);\n');
  write('says.mjs', "export const check = ({ stdout }) => stdout === 'hello a --b\\n';\n");
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('framelab explore --program', () => {
  it('gives the program its arguments, and knows what is right at its end', async () => {
    const file = join(folder, 'echo.cjs');
    const right = [
      '--exit-code',
      '3',
      '--check',
      join(folder, 'says.mjs'),
      '--schedules',
      '10',
      '--seed',
      '1',
    ];
    const passed = await commandIn(folder, 'explore', '--program', file, ...right, '--', 'a', '--b');
    expect(passed.out).toMatch(/nothing found in 10 executions by portfolio with 2 threads/);
    expect(passed.code).toBe(0);
    const other = await commandIn(folder, 'explore', '--program', file, ...right, '--no-shrink', '--', 'a');
    expect(other.out).toMatch(/check\(\) returned false/);
    expect(other.code).toBe(1);
  });

  it('says that a program ended with another exit code', async () => {
    const found = await commandIn(
      folder,
      'explore',
      '--program',
      join(folder, 'echo.cjs'),
      '--seed',
      '1',
      '--no-shrink',
    );
    expect(found.out).toMatch(/the program ended with exit code 3/);
    expect(found.code).toBe(1);
  });

  it('does not pass a program in which there is nothing to interleave', async () => {
    const shown = await commandIn(
      folder,
      'explore',
      '--program',
      join(folder, 'alone.mjs'),
      '--schedules',
      '3',
    );
    expect(shown.err).toMatch(/nothing was shown: the program started no Worker and sent no message/);
    expect(shown.code).toBe(4);
  });

  it.each([
    [['--program', 'none.mjs'], /there is no program none\.mjs/],
    [['--program', 'alone.mjs', '--threads', '3'], /--threads is for scenarios/],
    [['--program', 'alone.mjs', '--strategy', 'dpor'], /dpor explores scenarios only/],
    [['--program', 'alone.mjs', '--exit-code', '300'], /must be a whole number from 0 to 255/],
    [['--program', 'alone.mjs', '--check', 'none.mjs'], /there is no module none\.mjs/],
    [['alone.mjs', '--check', 'says.mjs'], /--exit-code and --check are for programs/],
  ])('refuses %j', async (args, says) => {
    const refused = await commandIn(folder, 'explore', ...args);
    expect(refused.err).toMatch(says);
    expect(refused.code).toBe(2);
  });
});
