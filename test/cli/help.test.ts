import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { BENCH_SUITE, loadBench } from '#src/cli/commands/bench.js';
import { framelab } from './framelab.ts';

// What every command has alike: help from its options, exit codes from one table, errors in one set of words.

const ROOT = resolve(import.meta.dirname, '../..');
const COMMANDS = ['run', 'explore', 'replay', 'shrink', 'campaign', 'bench', 'report', 'compare', 'list'];
const CAMPAIGN = ['plan', 'run', 'work', 'status', 'merge'];
/** Each as it is called; of a campaign's, the commands below it. */
const CALLED = COMMANDS.flatMap((name) =>
  name === 'campaign' ? CAMPAIGN.map((below) => `campaign ${below}`) : [name],
);

describe.each(CALLED)('framelab %s', (command) => {
  const words = command.split(' ');

  test('has a help that fits, whatever else is on the line', async () => {
    const asked = await Promise.all([
      framelab([...words, '-h']),
      framelab(['help', ...words]),
      framelab([...words, 'a', '--nonsense', '--help']),
    ]);
    for (const { code, stdout, stderr } of asked) {
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toBe(asked[0].stdout);
    }
    const { stdout } = asked[0];
    expect(stdout).toMatch(new RegExp(`^Usage: framelab ${command} `));
    expect(stdout).toMatch(/^ {2}-h, --help +this text$/m);
    expect(stdout).toMatch(/^Exit codes:\n {4}0 {2}\w/m);
    expect(stdout).toMatch(/^ {4}2 {2}usage/m);
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThan(100);
  });

  test('says of an option that it does not have what was meant', async () => {
    const { code, stdout, stderr } = await framelab([...words, '--hepl']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe(
      `framelab ${command}: unknown option --hepl; did you mean '--help'?\nTry 'framelab ${command} --help'.\n`,
    );
  });
});

test('a word before several commands has a help that lists them, and says which one was meant', async () => {
  for (const args of [['campaign'], ['campaign', '--help'], ['help', 'campaign']]) {
    const { code, stdout, stderr } = await framelab(args);
    expect([code, stderr]).toEqual([0, '']);
    for (const name of CAMPAIGN) expect(stdout).toMatch(new RegExp(`^ {2}${name} +\\w`, 'm'));
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThan(100);
  }
  const { code, stderr } = await framelab(['campaign', 'statsu']);
  expect(code).toBe(2);
  expect(stderr).toContain(
    "no command 'campaign statsu': there are plan, run, work, status, merge; did you mean 'status'?",
  );
});

test('the help of the tool fits, and loads no command and no package', async () => {
  const { stdout } = await framelab(['--help']);
  for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThan(100);
  for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^ {2}${command} +\\w`, 'm'));
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, specifier] of readFileSync(file, 'utf8').matchAll(/from '([^']+)'/g)) {
      if (specifier.startsWith('node:')) continue;
      expect(specifier, file).toMatch(/^\.\.?\//);
      visit(fileURLToPath(new URL(specifier, `file://${file}`)));
    }
  };
  visit(resolve(ROOT, 'dist/src/cli/main.js'));
  expect(seen.size).toBeGreaterThan(10);
  for (const file of seen)
    expect(file).toMatch(/\/(cli\/[a-z_]+|platform\/[a-z_]+|lab\/describe_thrown)\.js$/);
});

describe('the benchmarks', () => {
  test('are where bench looks for them, in a checkout', () => {
    expect(existsSync(BENCH_SUITE)).toBe(true);
  });

  test('are not in the package, and that is said where they are missing', async () => {
    const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 2 ** 26,
    });
    const files = JSON.parse(packed)[0].files.map((file: { path: string }) => file.path) as string[];
    expect(files).toContain('dist/src/cli/main.js');
    expect(files.filter((file) => /(^|\/)bench\//.test(file))).toEqual([]);
    await expect(loadBench(new URL('file:///nowhere/suite.js'))).rejects.toMatchObject({
      code: 'ModuleMissing',
      message: expect.stringContaining('part of the framelab repository'),
    });
  });
});
