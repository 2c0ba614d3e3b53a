import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scenario } from '../explore/paths.ts';
import { schemaErrors } from '../schemas.ts';
import { framelab } from './framelab.ts';

// Several scenarios, or a folder of them, in one call.

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'framelab-many-'));
  mkdirSync(join(folder, 'all/below'), { recursive: true });
  const copy = (name: string, to: string): void =>
    cpSync(fileURLToPath(scenario(name)), join(folder, 'all', to));
  copy('lost-update.mjs', 'a.mjs');
  copy('lost-update-mended.mjs', 'below/b.mjs');
  copy('cases/nothing.mjs', 'c.mjs');
  // Neither is a scenario: running it would be seen.
  writeFileSync(join(folder, 'all/helper.mjs'), 'throw new Error("a module that is no scenario was run");\n');
  writeFileSync(join(folder, 'all/a.test.mjs'), 'export const setup = 0, thread = 0; process.exit(7);\n');
  mkdirSync(join(folder, 'none'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const explore = (...args: string[]) => framelab(['explore', ...args], undefined, { cwd: folder });
const QUICK = ['--seed', '1', '--schedules', '200', '--no-shrink'];

describe('framelab explore DIR', () => {
  test('runs the scenarios in it and below it, says what came of each, and ends as the worst', async () => {
    const { code, stdout, stderr } = await explore(
      'all',
      ...QUICK,
      '--json',
      'all.json',
      '--junit',
      'all.xml',
      '--github',
    );
    expect(code).toBe(1);
    expect(stdout).toMatch(/^found +all\/a\.mjs: check$/m);
    expect(stdout).toMatch(/^nothing found +all\/below\/b\.mjs$/m);
    expect(stdout).toMatch(/^proves nothing +all\/c\.mjs/m);
    expect(stderr).not.toContain('no scenario was run');
    expect(stdout).toMatch(
      /^::error file=all\/a\.mjs,line=\d+,title=framelab%3A check::check\(\) failed: counted 1 of 2%0A/m,
    );
    const result = JSON.parse(readFileSync(join(folder, 'all.json'), 'utf8'));
    expect(schemaErrors('explorations', result)).toEqual([]);
    expect(result.outcome).toBe('violation');
    expect(result.explorations.map((one: { outcome: string }) => one.outcome)).toEqual([
      'violation',
      'passed',
      'unproved',
    ]);
    const junit = readFileSync(join(folder, 'all.xml'), 'utf8');
    expect(junit.match(/<testsuite /g)).toHaveLength(3);
    expect(junit.match(/<failure /g)).toHaveLength(1);
    const shown = await framelab(['report', 'all.json'], undefined, { cwd: folder });
    expect([shown.code, shown.stdout]).toEqual([0, expect.stringContaining('all/a.mjs')]);
  });

  test('refuses a folder in which there is none', async () => {
    const { code, stderr } = await explore('none', ...QUICK);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('none: no module in it, or below it, exports setup and thread'),
    ]);
  });
});

describe('framelab explore FILE FILE', () => {
  test('goes on where one of them cannot be run', async () => {
    const { code, stdout, stderr } = await explore(
      'all/not-there.mjs',
      'all/below/b.mjs',
      ...QUICK,
      '--json',
      'two.json',
    );
    expect([code, stderr]).toEqual([2, expect.stringContaining('there is no scenario all/not-there.mjs')]);
    expect(stdout).toMatch(/^not run +all\/not-there\.mjs$/m);
    expect(stdout).toMatch(/^nothing found +all\/below\/b\.mjs$/m);
    expect(JSON.parse(readFileSync(join(folder, 'two.json'), 'utf8')).notRun).toEqual(['all/not-there.mjs']);
  });
});

test('a find is shown in a few lines, made smaller, with the next commands', async () => {
  const { code, stdout } = await explore(
    'all/a.mjs',
    '--seed',
    '1',
    '--schedules',
    '200',
    '--json',
    'one.json',
    '--shrink-time',
    '1m',
  );
  expect(code).toBe(1);
  expect(stdout).toMatch(/^Replay it with: .* replay \.framelab\/a-check-[0-9a-f]+\.json$/m);
  expect(stdout).toMatch(/^Shrink it with: .* shrink \.framelab\/a-check-[0-9a-f]+\.json$/m);
  expect(stdout).toMatch(/^Searched \d+ schedules by portfolio with 2 threads in \d+\.\d\d s$/m);
  expect(stdout).toMatch(
    /^In short \(6 steps, 1 preemption, the fewest; .*\.min\.json\):\n( {2}thread \d .*\n){3}/m,
  );
  const { shrunk } = JSON.parse(readFileSync(join(folder, 'one.json'), 'utf8'));
  expect(shrunk).toMatchObject({ after: { preemptions: 1, steps: 6 }, minimal: true });
});
