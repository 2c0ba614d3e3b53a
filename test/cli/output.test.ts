import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { framelab } from './framelab.ts';

// Where results go: asked before the work, written whole, and never lost.

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'framelab-output-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SHORT = ['-w', '2', '--operations', '500', '--warmup', 'off', '--memory', '16MiB', '-q'];

describe('a place that cannot be written is refused before anything runs', () => {
  test.each([
    ['run', ['--json', '/proc/x']],
    ['run', ['-o', '/nonexistent/x.json']],
    ['run', ['-o', tmpdir()]],
    ['run', ['--save-baseline', '/proc/x']],
    ['run', ['--save-baseline', '/dev/null/x']],
    ['compare', ['--lock', 'park,mcs', '--json', '/proc/x']],
    ['bench', ['--json', '/proc/x']],
  ])('%s %j', async (command, args) => {
    const run = command === 'bench' ? [] : SHORT;
    const ended = await framelab([command, ...run, ...args]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('cannot be written');
    // Not even the seed: nothing was begun.
    expect(ended.stdout).toBe('');
  });
});

test('an earlier file is replaced whole, through a link, and nothing else is left in its folder', async () => {
  const real = join(folder, 'whole');
  mkdirSync(real);
  writeFileSync(join(real, 'r.json'), 'x'.repeat(1e6));
  symlinkSync(join(real, 'r.json'), join(folder, 'link.json'));
  const ended = await framelab(['run', ...SHORT, '--json', join(folder, 'link.json')]);
  expect(ended.code).toBe(0);
  expect(JSON.parse(readFileSync(join(real, 'r.json'), 'utf8')).outcome).toBe('passed');
  expect(readdirSync(real)).toEqual(['r.json']);
  const report = await framelab(['report', join(real, 'r.json'), '--output', join(real, 'r.html')]);
  expect(report.code).toBe(0);
  expect(readdirSync(real).sort()).toEqual(['r.html', 'r.json']);
});

test('a result whose place is gone by the end is printed', async () => {
  const gone = join(folder, 'gone');
  mkdirSync(gone);
  const file = join(gone, 'r.json');
  const args = ['run', '-w', '2', '-d', '1s', '--warmup', 'off', '--memory', '16MiB', '--json', file];
  const ended = await framelab(args, (child) => {
    // The banner comes when all was asked for and nothing has run.
    child.stdout?.once('data', () => rmdirSync(gone));
  });
  expect(ended.code).toBe(2);
  expect(existsSync(file)).toBe(false);
  expect(ended.stderr).toContain('so that it is not lost');
  expect(ended.stdout).toContain('Verdict');
  expect(JSON.parse(ended.stdout.trim().split('\n').at(-1)!).outcome).toBe('passed');
});

test('a result that cannot be kept does not hide the graver exit code of a violation', async () => {
  const gone = join(folder, 'gone-too');
  mkdirSync(gone);
  const planted = join(import.meta.dirname, '../planted/wrong_alignment.js');
  const args = ['run', '-w', '2', '-d', '5s', '--allocator', planted, '--json', join(gone, 'r.json')];
  const ended = await framelab(args, (child) => {
    child.stdout?.once('data', () => rmdirSync(gone));
  });
  expect(ended.code).toBe(1);
  expect(ended.stdout).toContain('misaligned');
  expect(JSON.parse(ended.stdout.trim().split('\n').at(-1)!).outcome).toBe('violation');
});

test.skipIf(process.getuid?.() === 0)('a file that may not be written is refused', async () => {
  const file = join(folder, 'mine.json');
  writeFileSync(file, 'kept');
  chmodSync(file, 0o444);
  const ended = await framelab(['run', ...SHORT, '--json', file]);
  expect(ended.code).toBe(2);
  expect(readFileSync(file, 'utf8')).toBe('kept');
});

describe('outside of any repository', () => {
  test('compare --against COMMIT names that, and takes no other', async () => {
    const ended = await framelab(['compare', '--against', 'HEAD', ...SHORT], undefined, { cwd: folder });
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(`${folder} is in no git repository`);
  });
});

test('what a command line carries into an error does nothing in a terminal', async () => {
  const ended = await framelab(['report', 'x\u001b[2J\u0007.json']);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain('x\\u001b[2J\\u0007.json');
});
