import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { RunResult } from '#src/results/run_result.js';
import { framelab } from './framelab.ts';

const PLANTED = resolve(import.meta.dirname, '../planted');
const folder = mkdtempSync(join(tmpdir(), 'framelab-cli-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('framelab', () => {
  test('alone, and with --help, explains itself', async () => {
    for (const args of [[], ['--help'], ['-h']]) {
      const { code, stdout, stderr } = await framelab(args);
      expect(code).toBe(0);
      expect(stdout).toContain('Usage: framelab COMMAND');
      expect(stderr).toBe('');
    }
  });

  test.each([
    ['help', 'run'],
    ['-h', 'run'],
    ['--help', 'run'],
  ])('%s %s is the help of that command', async (...args) => {
    const { code, stdout } = await framelab(args);
    expect(stdout).toContain('Usage: framelab run');
    expect(code).toBe(0);
  });

  test('--version is the package’s', async () => {
    const { version } = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8'));
    for (const args of [['--version'], ['-V']]) expect((await framelab(args)).stdout).toBe(`${version}\n`);
  });

  test('an unknown command is a usage error that suggests the nearest', async () => {
    const { code, stdout, stderr } = await framelab(['rnu']);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain("'rnu'");
    expect(stderr).toContain("did you mean 'run'?");
  });

  test('list names what there is', async () => {
    const { code, stdout } = await framelab(['list']);
    expect(code).toBe(0);
    for (const name of ['ktest', 'buddy', 'bitmap', 'mcs', 'pc', 'churn']) expect(stdout).toContain(name);
    const locks = await framelab(['list', 'locks', '--json']);
    expect(JSON.parse(locks.stdout).locks.map((lock: { name: string }) => lock.name)).toContain('ticket');
  });

  test('list explains what can be chosen about each workload, in text and as data', async () => {
    const { stdout } = await framelab(['list', 'workloads']);
    expect(stdout).toContain(
      '--workload-param slots=N: blocks of an array, at most (1 to 65536; default: 512)',
    );
    expect(stdout).toContain(
      '--mix FRAMES:WEIGHT,...: the sizes of its blocks (1 to 63 frames; default: 1 to 8',
    );
    const { workloads } = JSON.parse((await framelab(['list', 'workloads', '--json'])).stdout);
    const [larson, ktest] = ['larson', 'ktest'].map((name) =>
      workloads.find((workload: { name: string }) => workload.name === name),
    );
    expect(larson).toMatchObject({
      operations: ['alloc', 'dealloc'],
      params: { slots: { least: 1, most: 65_536, default: 512 } },
      mix: { framesMax: 63 },
    });
    expect(ktest).toMatchObject({ params: {}, mix: null });
  });

  test.each([['run'], ['list']])('%s --help lists its options', async (command) => {
    const { code, stdout } = await framelab([command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: framelab ${command}`);
    expect(stdout).toContain('--json');
  });
});

describe('framelab run: usage', () => {
  // What is typed, and what the message must say: the option, the value, what is allowed or meant.
  const wrong: readonly (readonly [string, readonly string[]])[] = [
    ['--workers 0', ['--workers', "'0'", '1 to 126']],
    ['--workers two', ['--workers', "'two'", 'whole number']],
    ['--duration 5', ['--duration', "'5'", "did you mean '5s'?"]],
    ['--duration 0s', ['--duration', "'0s'", 'above 0']],
    ['--memory 5GB', ['--memory', "'5GB'", '256MiB', "did you mean '5GiB'?"]],
    ['--memory 8KiB', ['memory is needed']],
    ['--seed -1', ['--seed', "'-1'", '4294967295']],
    ['--oracle ful', ['--oracle', "'ful'", 'off, ownership, full', "did you mean 'full'?"]],
    ['--stats some', ['--stats', "'some'", 'off, counts, sampled, full']],
    ['--allocator budy', ['--allocator', "'budy'", "did you mean 'buddy'?"]],
    ['--allocator ./nothing.js', ['nothing.js', 'cannot be loaded']],
    ['--workload-param live', ['--workload-param', "'live'", 'NAME=N', 'live=1024']],
    ['--workload-param live=1 --workload-param live=2', ['--workload-param live is given twice']],
    ['--workload-param liv=1', ['liv', 'it has live, zeroed, aligned', "did you mean 'live'?"]],
    ['--workload-param live=0', ['live of workload churn is 0', 'from 1 to 16777216']],
    ['--mix 1:0', ['--mix', "'1:0'", 'FRAMES:WEIGHT', '1:70,2:20,64:10']],
    ['ktest --mix 1:1', ['mix 1:1 for workload ktest', 'fixed']],
    ['larson --mix 64:1', ['a block of 64 frames; it can have 1 to 63']],
    ['--lock tts', ['--lock', "'tts'", 'mcs']],
    ['--map nothing.json', ['nothing.json']],
    ['--orcale off', ['--orcale', "did you mean '--oracle'?"]],
    ['--json', ['--json', 'needs a value']],
    ['--quiet=yes', ['--quiet', 'takes no value']],
    ['--inject-delay 50us', ['--inject-delay', "'50us'", '50us@global-pool']],
    ['--inject-delay 50us@nothing', ['nothing', 'global-pool']],
    ['--warmup on', ['--warmup', "'on'", 'steady, off, a time, as in 2s, or a number of operations']],
    ['--warmup of', ["did you mean 'off'?"]],
    ['--warmup 0', ["'0'", 'must be steady, off, a time']],
    ['--warmup 0s', ["'0s'", 'must be steady, off, a time']],
    ['--warmup 5parsecs', ["'5parsecs'", 'must be steady, off, a time']],
    ['--duration 1s --operations 5', ['--duration', '--operations', 'not both']],
    ['chrun', ["'chrun'", "did you mean 'churn'?"]],
    ['ktest churn', ['takes one WORKLOAD at most']],
    ['--inject-delay 20s@global-pool', ['injected delay', 'hang timeout']],
    ['--metric throughput', ['--metric', '--baseline']],
    ['--json /nowhere/r.json --duration 90s', ['--json', "'/nowhere/r.json'", 'cannot be written']],
    [
      '--workers 1,2 --save-baseline /nowhere/b.json --duration 90s',
      ['--save-baseline', 'cannot be written'],
    ],
  ];
  test.each(wrong)('%s', async (args, parts) => {
    const { code, stderr } = await framelab(['run', ...args.split(' '), '--quiet']);
    for (const part of parts) expect(stderr).toContain(part);
    expect(stderr).toContain("Try 'framelab run --help'.");
    expect(code).toBe(2);
  });
});

describe('framelab run', () => {
  test('prints the seed first and a summary to read', async () => {
    const { code, stdout, stderr } = await framelab([
      'run',
      'ktest',
      '-w',
      '2',
      '-d',
      '2s',
      '--warmup',
      'off',
      '-s',
      '7',
    ]);
    expect(code).toBe(0);
    expect(stdout.startsWith('seed 7')).toBe(true);
    // The whole configuration, before the run begins, and once.
    expect(
      stdout.match(/workload ktest, 2 workers[\s\S]*?oracle ownership, hang timeout 10 s/g),
    ).toHaveLength(1);
    for (const part of ['Throughput', 'Latency', 'p99.9', 'Locks', 'global-pool', 'Allocator', 'Verdict']) {
      expect(stdout).toContain(part);
    }
    expect(stdout).toContain('0 violations');
    expect(stdout).toContain('all memory was returned');
    // No terminal: plain ticks.
    expect(stderr).toMatch(/operations\/s .* contended .* frames in use .* left\n/);
    expect(stdout + stderr).not.toContain('\x1b');
  });

  test('--json - leaves standard output to the JSON, and --quiet leaves out the ticks', async () => {
    const { code, stdout, stderr } = await framelab(
      'run ktest --workers 2 --duration 600ms --seed 7 --quiet --json -'.split(' '),
    );
    expect(code).toBe(0);
    const result: RunResult = JSON.parse(stdout);
    expect(result.configuration).toMatchObject({ workload: 'ktest', workers: 2, durationMs: 600, seed: 7 });
    expect(result.verdict.violations).toEqual([]);
    expect(stderr.startsWith('seed 7')).toBe(true);
    expect(stderr).not.toContain(' left');
  });

  test('a violation exits with 1 and gives the command that runs it again', async () => {
    const file = join(folder, 'violation.json');
    const allocator = `${PLANTED}/wrong_alignment.js`;
    const args = [
      'run',
      'churn',
      '-q',
      '-w',
      '2',
      '-s',
      '11',
      '--warmup',
      'off',
      '-d',
      '5s',
      '--allocator',
      allocator,
      '-o',
      file,
    ];
    const { code, stdout } = await framelab(args);
    expect(code).toBe(1);
    expect(stdout).toContain('misaligned');
    const command = `npm run -s framelab -- run churn --workers 2 --seed 11 --duration 5s --warmup off --allocator ${allocator}`;
    expect(stdout).toContain(command);
    const result: RunResult = JSON.parse(readFileSync(file, 'utf8'));
    expect(result.verdict.violations[0].symptom).toBe('misaligned');
    const again = await framelab([...result.rerun, '-q']);
    expect(again.code).toBe(1);
    expect(again.stdout).toContain('misaligned');
  });

  test('a hang exits with 5 and names the lock', async () => {
    const allocator = `${PLANTED}/hangs_holding.js`;
    const { code, stdout } = await framelab([
      'run',
      '-q',
      '--warmup',
      'off',
      '-d',
      '20s',
      '--hang-timeout',
      '500ms',
      '--allocator',
      allocator,
    ]);
    expect(code).toBe(5);
    expect(stdout).toMatch(/hung.*lock global-pool has been held by CPU \d/);
  });

  test('Ctrl-C gives the partial result and exits with 130', async () => {
    const { code, stdout } = await framelab(['run', '-d', '30s', '-s', '1', '--json', '-'], (child) => {
      let ticks = '';
      child.stderr?.on('data', (chunk) => {
        ticks += chunk;
        if (!child.killed && ticks.includes(' left')) child.kill('SIGINT');
      });
    });
    expect(code).toBe(130);
    const result: RunResult = JSON.parse(stdout);
    expect(result.outcome).toBe('interrupted');
    expect(result.totals.operations).toBeGreaterThan(0);
    expect(result.durations.measuredMs).toBeLessThan(29_000);
  });

  test('whoever reads may stop reading: the run goes on, and its exit code is its own', async () => {
    const { code } = await framelab(
      ['run', '-q', '-w', '2', '-s', '11', '-d', '5s', '--allocator', `${PLANTED}/wrong_alignment.js`],
      (child) => {
        child.stdout?.destroy();
        child.stderr?.destroy();
      },
    );
    expect(code).toBe(1);
  });

  test('--strict: a run whose figures nobody should trust exits with 4, and says why', async () => {
    const tiny = ['run', '-q', '-w', '1', '--operations', '100', '--warmup', 'off', '--memory', '16MiB'];
    expect((await framelab(tiny)).code).toBe(0);
    const { code, stdout } = await framelab([...tiny, '--strict']);
    expect(stdout).toContain('Too noisy to trust (--strict): This run was too short');
    expect(code).toBe(4);
  });

  test('a result that cannot be written is a usage error', async () => {
    const { code, stderr } = await framelab([
      'run',
      '-q',
      '--warmup',
      'off',
      '-d',
      '50ms',
      '--json',
      join(folder, 'no', 'file.json'),
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain('--json');
  });
});
