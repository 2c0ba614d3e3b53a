import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SweepResult } from '#src/results/sweep_result.js';
import { schemaErrors } from '../schemas.ts';
import { framelab } from './framelab.ts';

const folder = mkdtempSync(join(tmpdir(), 'framelab-compare-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string) => join(folder, name);

const SHORT = ['--duration', '60ms', '--warmup', 'off', '--memory', '16MiB', '--seed', '3', '--quiet'];

describe('sweeps and baselines', () => {
  let sweep: SweepResult;
  beforeAll(async () => {
    const { code, stdout } = await framelab([
      'run',
      '--workers',
      '1,3',
      '--lock',
      'ttas,mcs',
      '--repeat',
      '2',
      ...SHORT,
      '--json',
      file('sweep.json'),
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('seed 3');
    expect(stdout).toContain('3 workers, lock mcs');
    sweep = JSON.parse(readFileSync(file('sweep.json'), 'utf8'));
  });

  test('a sweep is valid by its schema, and has every cell as often as asked', () => {
    expect(schemaErrors('sweep', sweep)).toEqual([]);
    expect(sweep.cells.map((cell) => cell.repetitions.length)).toEqual([2, 2, 2, 2]);
    const single = sweep.cells.find((cell) => cell.configuration.workers === 1)!;
    expect(single.scalingEfficiency).toBeCloseTo(1, 10);
  });

  test('more workers than cores are marked as such', async () => {
    const crowded = sweep.cells.filter((cell) => cell.configuration.workers > sweep.environment.cores);
    for (const cell of crowded) expect(cell.configuration.oversubscribed).toBe(true);
    const { stdout } = await framelab(['report', file('sweep.json')]);
    if (crowded.length > 0) expect(stdout).toContain('(more than cores)');
  });

  test('every format takes a sweep', async () => {
    for (const [format, expected] of [
      ['markdown', '# framelab sweep: churn'],
      ['csv', '0,sweep,'],
      ['junit', '<testsuite name="sweep" tests="8"'],
      ['github', '| configuration |'],
      ['html', '<!doctype html>'],
    ]) {
      const { code, stdout } = await framelab(['report', file('sweep.json'), '--format', format]);
      expect(code).toBe(0);
      expect(stdout).toContain(expected);
    }
  });

  test('a regression of the gate is exit code 3, and the comparison is valid by its schema', async () => {
    const write = (name: string, factor: number) => {
      const cells = sweep.cells.map((cell) => ({
        ...cell,
        repetitions: Array.from({ length: 8 }, (_, i) => ({
          ...cell.repetitions[0],
          casNs: 10,
          metrics: { ...cell.repetitions[0].metrics, throughput: factor * (1e6 + i * 1000) },
        })),
      }));
      writeFileSync(file(name), JSON.stringify({ ...sweep, cells }));
    };
    write('base.json', 1);
    write('slow.json', 0.8);
    const bad = await framelab(['compare', file('base.json'), file('slow.json'), '--json', file('c.json')]);
    expect(bad.code).toBe(3);
    expect(bad.stdout).toContain('throughput worse');
    const regressed = JSON.parse(readFileSync(file('c.json'), 'utf8'));
    expect(schemaErrors('comparison', regressed)).toEqual([]);
    expect(regressed.outcome).toBe('regression');
    expect(regressed.findings).toHaveLength(4);
    expect(regressed.findings[0]).toMatchObject({
      verdict: 'regression',
      evidence: { metric: 'throughput' },
    });
    expect((await framelab(['compare', file('slow.json'), file('base.json')])).code).toBe(0);
    expect((await framelab(['compare', file('base.json'), file('base.json'), '--strict'])).code).toBe(0);
    const other = await framelab(['compare', file('base.json'), file('slow.json'), '--metric', 'contended']);
    expect(other.code).toBe(0);
  });

  test('a baseline of another Node.js is refused, unless by force', async () => {
    const other = { ...sweep, environment: { ...sweep.environment, node: '18.0.0' } };
    writeFileSync(file('other.json'), JSON.stringify(other));
    const refused = await framelab(['compare', file('other.json'), file('sweep.json')]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('node: 18.0.0 then');
    expect(refused.stderr).toContain('--force');
    const forced = await framelab(['compare', file('other.json'), file('sweep.json'), '--force']);
    expect(forced.code).toBe(0);
    expect(forced.stdout).toContain('node: 18.0.0 then');
    expect(forced.stdout).toContain('cannot tell');
    const strict = await framelab(['compare', file('other.json'), file('sweep.json'), '--force', '--strict']);
    expect(strict.code).toBe(4);
  });

  test('each repetition warms up for itself, and that is told; it must be the same on both sides', async () => {
    const one = [
      'run',
      '--workers',
      '1',
      '--operations',
      '400',
      '--repeat',
      '5',
      '--memory',
      '16MiB',
      '--seed',
      '3',
    ];
    const warm = [...one, '--quiet', '--warmup', '300', '--save-baseline', file('warm.json')];
    const { code, stdout } = await framelab(warm);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /Each after a warm-up of 300 operations per worker, left out \([\d.]+ m?s and 3\d\d operations at the median\)\./,
    );
    const saved: SweepResult = JSON.parse(readFileSync(file('warm.json'), 'utf8'));
    expect(schemaErrors('sweep', saved)).toEqual([]);
    for (const { warmup } of saved.cells[0].repetitions) {
      expect(warmup?.ended).toBe('as asked');
      expect(warmup?.operations).toBeGreaterThanOrEqual(300);
    }
    const compared = await framelab([
      'compare',
      file('warm.json'),
      file('warm.json'),
      '--json',
      file('warm-c.json'),
    ]);
    expect(compared.stdout).toContain('Repetitions after a warm-up, which is left out: base 5; new 5.');
    const comparison = JSON.parse(readFileSync(file('warm-c.json'), 'utf8'));
    expect(comparison.base.warmup).toEqual({ repetitions: 5, notSteady: 0 });
    expect(schemaErrors('comparison', comparison)).toEqual([]);
    // A repetition that did not become steady is told of wherever it is.
    saved.cells[0].repetitions.forEach((repetition, i) => {
      if (i === 0) Object.assign(repetition.warmup!, { ended: 'not steady' });
    });
    writeFileSync(file('cold.json'), JSON.stringify(saved));
    expect((await framelab(['compare', file('warm.json'), file('cold.json')])).stdout).toContain(
      'base 5; new 5, 1 of them not steady in the time for it.',
    );
    expect((await framelab(['report', file('cold.json')])).stdout).toContain(
      'Some repetitions were measured before their rate was steady: this configuration.',
    );
    const other = await framelab([...one, '--warmup', 'off', '--baseline', file('warm.json')]);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('warmup: {"operations":300} then, "off" now');
  });

  test('--save-baseline and --baseline go together', async () => {
    const one = ['--workers', '1', '--repeat', '2', ...SHORT];
    expect((await framelab(['run', ...one, '--save-baseline', file('saved.json')])).code).toBe(0);
    const { code, stdout } = await framelab(['run', ...one, '--baseline', file('saved.json')]);
    // Another configuration is refused before anything runs, and so is a cell that could not.
    const other = await framelab([
      'run',
      '--workers',
      '1',
      '--duration',
      '90s',
      '--baseline',
      file('saved.json'),
    ]);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('durationMs: 60 then, 90000 now');
    expect(other.stderr).toContain('memoryBytes: 16777216 then, 268435456 now');
    expect(code).toBe(0);
    expect(stdout).toContain('CAS');
    expect(stdout).toContain('repetitions are too few');
  });
});

describe('sweeps', () => {
  test('a combination that cannot run is refused before the others have run', async () => {
    const { code, stderr } = await framelab([
      'run',
      '--workers',
      '1,100',
      '--memory',
      '64KiB',
      '--duration',
      '90s',
    ]);
    expect(stderr).toContain('for 100 CPUs');
    expect(code).toBe(2);
  });

  test('a violation is told in words, with the command that runs it again', async () => {
    const allocator = resolve(import.meta.dirname, '../planted/wrong_alignment.js');
    const { code, stdout } = await framelab([
      'run',
      '--repeat',
      '2',
      '--allocator',
      allocator,
      '--seed',
      '11',
      '--duration',
      '5s',
      '--quiet',
      '--save-baseline',
      file('bad.json'),
    ]);
    expect(stdout).toContain('misaligned: ');
    expect(stdout).toMatch(/Run it again: .*--seed 11/);
    expect(stdout).toContain('Not saved');
    expect(existsSync(file('bad.json'))).toBe(false);
    expect(code).toBe(1);
  });

  test('--strict: repetitions that differ by far exit with 4', async () => {
    // Each repetition has a seed of its own, and with it as much to do as its first random number says.
    const module = `export const workload = { name: 'wild', description: '', operations: ['spin'], sharedWords: () => 1,
      start: ({ shared, recorder, random }) => {
        const additions = 1000 * 8 ** (random.uint32() % 4);
        return { finish() {}, step() {
          recorder.begin(0);
          for (let i = 0; i < additions; i++) Atomics.add(shared, 0, 1);
          recorder.end(0);
        } };
      } };`;
    writeFileSync(file('wild.mjs'), module);
    const args = [
      'run',
      file('wild.mjs'),
      '--workers',
      '1',
      '--operations',
      '300',
      '--warmup',
      'off',
      '--repeat',
      '5',
    ];
    const { code, stdout } = await framelab([
      ...args,
      '--seed',
      '3',
      '--memory',
      '16MiB',
      '--quiet',
      '--strict',
    ]);
    expect(stdout).toContain('Too noisy to trust (--strict)');
    expect(code).toBe(4);
  });

  test('Ctrl-C keeps what was measured, and says that it is not all', async () => {
    const args = [
      'run',
      '--workers',
      '1,2',
      '--repeat',
      '500',
      ...SHORT.slice(0, -1),
      '--json',
      file('part.json'),
    ];
    const { code, stdout } = await framelab(args, (child) => {
      child.stderr?.on('data', (chunk) => {
        if (`${chunk}`.includes('[3/')) child.kill('SIGINT');
      });
    });
    expect(code).toBe(130);
    expect(stdout).toMatch(/Interrupted: [23] runs were over by then/);
    const part: SweepResult = JSON.parse(readFileSync(file('part.json'), 'utf8'));
    expect(part.complete).toBe(false);
    expect(part.cells[0].repetitions).not.toEqual([]);
  });
});

describe('framelab compare runs both sides itself', () => {
  test('two locks, in turns', async () => {
    const { code, stdout, stderr } = await framelab([
      'compare',
      '--lock',
      'ttas,mcs',
      '--repeat',
      '2',
      ...SHORT.slice(0, -1),
    ]);
    expect([0, 3]).toContain(code);
    expect(stdout).toContain('base: --lock ttas');
    const order = [...stderr.matchAll(/^\[\d\/4\] lock (\w+)/gm)].map((match) => match[1]);
    expect(order).toEqual(['ttas', 'mcs', 'mcs', 'ttas']);
  });

  test('another build, each run in a process of its own', async () => {
    const { code, stdout } = await framelab([
      'compare',
      '--against',
      resolve(import.meta.dirname, '../..'),
      '--repeat',
      '1',
      ...SHORT,
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('new:  this build');
  });

  test.each([
    ['nothing to compare', ['compare'], 'takes two files'],
    ['two axes', ['compare', '--lock', 'ttas,mcs', '--workers', '1,2'], 'two values of one'],
    ['no such build', ['compare', '--against', '/nowhere'], 'no git commit'],
    [
      'two files and a duration',
      ['compare', 'a.json', 'b.json', '--duration', '1s'],
      '--duration: is about runs',
    ],
    ['a metric that is none', ['compare', 'a.json', 'b.json', '--metric', 'speed'], 'throughput'],
    ['a file that is none', ['report', '/nowhere.json'], 'cannot be read'],
    ['a format that is none', ['report', 'a.json', '--format', 'pdf'], 'terminal, markdown'],
    ['a value twice', ['run', '--lock', 'ttas,ttas'], 'twice'],
    ['a repeat that is none', ['run', '--repeat', '0'], '--repeat'],
  ])('usage: %s', async (_, args, expected) => {
    const { code, stderr } = await framelab(args);
    expect(code).toBe(2);
    expect(stderr).toContain(expected);
  });
});
