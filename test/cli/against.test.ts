import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ComparisonResult } from '#src/results/comparison_result.js';
import { type Ended, framelab } from './framelab.ts';

// `framelab compare --against COMMIT` as in a user's project: a repository whose workload changes from commit to
// commit. Its build copies the workload, so that a run shows whether the commit was built.

const folder = mkdtempSync(join(tmpdir(), 'framelab-against-'));
const project = join(folder, 'project');
const cache = join(folder, 'cache');
const builds = join(cache, 'framelab', 'builds');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SHORT = [
  '--operations',
  '2000',
  '--warmup',
  '500',
  '--memory',
  '16MiB',
  '--workers',
  '1',
  '--seed',
  '3',
];
const MAIN = resolve(import.meta.dirname, '../../dist/src/cli/main.js');
const ENVIRONMENT = { XDG_CACHE_HOME: cache };

/** A workload whose operations count so far. */
function workload(additions: number): string {
  return `export const workload = {
  name: 'mine',
  description: 'counts',
  operations: ['count'],
  sharedWords: () => 1,
  start: ({ shared, recorder }) => ({
    step() {
      recorder.begin(0);
      for (let i = 0; i < ${additions}; i++) Atomics.add(shared, 0, 1);
      recorder.end(0);
    },
    finish() {},
  }),
};
`;
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: project, encoding: 'utf8' }).trim();
}

function write(name: string, text: string): void {
  writeFileSync(join(project, name), text);
}

function commit(message: string): string {
  git('add', '--all');
  git('-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '--quiet', '--message', message);
  return git('rev-parse', 'HEAD');
}

function compare(
  args: readonly string[],
  cwd = project,
  onStart?: Parameters<typeof framelab>[1],
): Promise<Ended> {
  return framelab(['compare', ...args, ...SHORT], onStart, { cwd, env: ENVIRONMENT });
}

let broken: string;
let slow: string;
beforeAll(() => {
  mkdirSync(project);
  git('init', '--quiet', '--initial-branch=trunk');
  write('.gitignore', 'built\n');
  write('package.json', '{"name":"mine","scripts":{"build":"echo cannot find that >&2; exit 1"}}');
  broken = commit('does not build');
  write('package.json', '{"name":"mine","scripts":{"build":"mkdir built && cp work.mjs built/work.mjs"}}');
  write('work.mjs', workload(2000));
  slow = commit('slow');
  git('tag', 'v1');
  write('work.mjs', workload(100));
  commit('fast');
  mkdirSync(join(project, 'built'));
  write('built/work.mjs', workload(100));
});

describe('framelab compare --against COMMIT', () => {
  test('runs the commit’s own module and this one’s, and knows both commits', async () => {
    const json = join(folder, 'c.json');
    const { code, stdout, stderr } = await compare([
      'built/work.mjs',
      '--against',
      'v1',
      '--repeat',
      '2',
      '--json',
      json,
    ]);
    expect(stderr).toContain(`${slow.slice(0, 12)}: building`);
    expect(stdout).toContain(`base: v1 (${slow.slice(0, 12)})`);
    expect(code).toBe(0);
    const result: ComparisonResult = JSON.parse(readFileSync(json, 'utf8'));
    expect(result.base.commit).toBe(slow.slice(0, 12));
    expect(result.now.commit).toBe(git('rev-parse', 'HEAD').slice(0, 12));
    const throughput = result.cells[0].metrics.find(({ metric }) => metric === 'cpu-throughput')!;
    expect(throughput.base.count).toBe(2);
    // Twenty times the work for each operation, by CPU time: the commit's module ran, and not this one twice.
    expect(throughput.ratio).toBeGreaterThan(3);
  });

  test('a commit is built once, and changes here are said', async () => {
    write('work.mjs', workload(200));
    try {
      const { stdout, stderr } = await compare([
        'built/work.mjs',
        '--against',
        slow.slice(0, 9),
        '--repeat',
        '1',
      ]);
      expect(stderr).not.toContain('building');
      expect(stdout).toMatch(/new: {2}this build \(\w{12} with changes that are not committed\)/);
    } finally {
      git('checkout', '--quiet', 'work.mjs');
    }
  });

  test('a module that the commit has not is this one’s for both, and that is said', async () => {
    write('built/new.mjs', workload(100));
    const { code, stderr } = await compare(['./built/new.mjs', '--against', 'v1', '--repeat', '1']);
    expect(stderr).toContain('has no ./built/new.mjs: both use this one');
    expect(code).toBe(0);
  });

  test('a build of before there was a warm-up is compared without one', async () => {
    const old = join(folder, 'old');
    mkdirSync(join(old, 'dist/src/cli'), { recursive: true });
    // It knows no warm-up, refuses what it does not know, and its results have none.
    writeFileSync(
      join(old, 'dist/src/cli/main.js'),
      `import { spawnSync } from 'node:child_process';
const args = process.argv.slice(2);
if (args.includes('--help')) process.exit(0);
if (args.includes('--warmup')) process.exit(2);
const { status, stdout } = spawnSync(process.execPath, [${JSON.stringify(MAIN)}, ...args, '--warmup', 'off']);
const { warmup, ...result } = JSON.parse(stdout);
delete result.configuration.warmup;
process.stdout.write(JSON.stringify(result));
process.exitCode = status;
`,
    );
    const args = ['compare', 'built/work.mjs', '--against', old, '--repeat', '1', '--operations', '500'];
    const where = { cwd: project, env: ENVIRONMENT };
    const { code, stdout, stderr } = await framelab(
      [...args, '--workers', '1', '--seed', '3'],
      undefined,
      where,
    );
    expect(stderr).toContain('is of before there was a warm-up: neither side has one');
    expect(stdout).toContain('No warm-up: the compiler is part of what is compared.');
    expect(code).toBe(0);
    const asked = await framelab([...args, '--warmup', '1s'], undefined, where);
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain(
      'is of before there was one; without it, or with --warmup off, neither side has any',
    );
  });

  test('what does not build is refused with what its build said, and leaves nothing', async () => {
    const { code, stderr } = await compare(['--against', broken]);
    expect(code).toBe(2);
    expect(stderr).toContain(`${broken.slice(0, 12)}: building failed`);
    expect(stderr).toContain('cannot find that');
    expect(readdirSync(builds)).toEqual([slow.slice(0, 16)]);
  });

  test('an unknown name is told apart from a folder without a build', async () => {
    const unknown = await compare(['--against', 'v2']);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain(
      `'v2': is no folder, and no git commit of ${git('rev-parse', '--show-toplevel')}`,
    );
    const unbuilt = await compare(['--against', 'built']);
    expect(unbuilt.stderr).toContain('is no built checkout');
  });

  test('Ctrl-C while it builds ends with 130, and nothing is left', async () => {
    write('package.json', '{"name":"mine","scripts":{"build":"sleep 30"}}');
    const sleepy = commit('builds for long');
    git('reset', '--quiet', '--hard', 'HEAD~1');
    const { code, stderr } = await compare(['--against', sleepy], project, (child) => {
      child.stderr?.on('data', (chunk) => {
        if (`${chunk}`.includes('building')) setTimeout(() => child.kill('SIGINT'), 200);
      });
    });
    expect(stderr).toContain('interrupted before');
    expect(code).toBe(130);
    expect(readdirSync(builds)).toEqual([slow.slice(0, 16)]);
  });

  test('Ctrl-C while it runs compares what was over by then', async () => {
    const json = join(folder, 'partial.json');
    const { code, stdout } = await compare(
      ['built/work.mjs', '--against', 'v1', '--repeat', '500', '--json', json],
      project,
      (child) => {
        child.stderr?.on('data', (chunk) => {
          if (`${chunk}`.includes('[4/')) child.kill('SIGINT');
        });
      },
    );
    expect(code).toBe(130);
    expect(stdout).toContain('Interrupted: this is of the repetitions that were over.');
    const result: ComparisonResult = JSON.parse(readFileSync(json, 'utf8'));
    expect(result.cells[0].metrics[0].base.count).toBeGreaterThan(0);
  });
});
