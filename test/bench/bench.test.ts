import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { explore } from 'framelab/explore';
import { describe, expect, test } from 'vitest';
import { LabError } from '#src/platform/error.js';
import { SECTIONS } from '../../dist/bench/figures/bench_options.js';
import type { BenchResult } from '../../dist/bench/figures/bench_result.js';
import { lowerQuartile, median, medianOrNull, spread } from '../../dist/bench/figures/statistics.js';
import { KERNELS } from '../../dist/bench/races/kernels.js';
import { TooSlow } from '../../dist/bench/rows/row.js';
import { planRows, reasonToStop, rowName, summarizeRow } from '../../dist/bench/rows/row_table.js';
import { formatRows } from '../../dist/bench/suite/format.js';
import { parseOptions } from '../../dist/bench/suite/options.js';
import { benchArguments } from '../../dist/bench/suite/reproduce.js';
import { formatTable } from '../../dist/bench/suite/text_table.js';
import { schemaErrors } from '../schemas.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** The suite as a user runs it: compiled, in a process of its own. */
function bench(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return run('dist/bench/main.js', args);
}

function run(file: string, args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [resolve(ROOT, file), ...args],
      { maxBuffer: 2 ** 26 },
      (error, stdout, stderr) => done({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

const QUICKEST = ['--quick', '--runs', '1', '--threads', '1'];

test('the JSON of a run is of the published schema, and every row was measured', {
  timeout: 120_000,
}, async () => {
  const args = ['--rows', 'raw-pair,segment10,lock-pair', '--sections', 'rows,steps,locks,startup'];
  const { stdout, stderr } = await bench(...QUICKEST, ...args, '--json', '-');
  const result = JSON.parse(stdout) as BenchResult;
  expect(schemaErrors('bench', result)).toEqual([]);
  expect(result.rows.map((row) => `${row.row} ${row.allocator}`)).toEqual([
    'raw-pair buddy',
    'segment10 buddy',
    'raw-pair global-buddy',
    'segment10 global-buddy',
    'raw-pair bitmap',
    'segment10 bitmap',
    'lock-pair -',
  ]);
  for (const row of result.rows) {
    expect(row.ns.median, row.row).toBeGreaterThan(0);
    expect(row.native, row.row).not.toBeNull();
    expect(row.runs).toHaveLength(1);
    expect(row.units.median).toBeCloseTo(row.runs[0].ns / row.runs[0].unitNs, 10);
  }
  expect(result.criteria.map((criterion) => criterion.subject)).toEqual([
    'raw-pair',
    'segment10',
    'steps over RAM',
    'steps over live blocks',
    'park lock with 8 workers',
    'process start to first operation',
  ]);
  // The text goes where the JSON does not, after a line for each part.
  expect(stderr).toContain('[2/4] steps\n');
  expect(stderr).toContain('of 6 met');
});

test('quick leaves rows of which nothing is asked for last, and three runs count', {
  timeout: 120_000,
}, async () => {
  const { stdout } = await bench('--quick', '--rows', 'raw-pair', '--threads', '1', '-q', '-o', '-');
  const { rows, leftOut } = JSON.parse(stdout) as BenchResult;
  expect(rows[0].runs).toHaveLength(3);
  expect(rows[0].units.median).toBe(median(rows[0].runs.map(({ ns, unitNs }) => ns / unitNs)));
  for (const row of rows.slice(1)) expect(row.runs).toHaveLength(1);
  expect(rows.length + leftOut.length).toBe(3);
});

test('raw rows take nothing from the JavaScript heap', { timeout: 60_000 }, async () => {
  const args = ['--rows', 'raw-pair,raw-batch64,raw-mix', '--allocator', 'buddy', '--json', '-'];
  const { stdout } = await bench(...QUICKEST, ...args);
  for (const row of (JSON.parse(stdout) as BenchResult).rows) {
    // Asking for the figure takes a few hundred bytes itself.
    expect(row.heapBytes, row.row).toBeLessThan(1);
  }
});

test('two threads share one machine, whose audit follows', { timeout: 60_000 }, async () => {
  const args = ['--rows', 'ktest', '--allocator', 'buddy,global-buddy', '--threads', '2', '--json', '-'];
  const { stdout } = await bench('--quick', '--runs', '1', ...args);
  expect((JSON.parse(stdout) as BenchResult).rows).toHaveLength(2);
});

test.each([
  ['a row that is none', ['--rows', 'raw-pear'], "--rows 'raw-pear'"],
  ['what was meant', ['--rows', 'raw-pear'], "did you mean 'raw-pair'?"],
  ['an option that is none', ['--quickly'], "did you mean '--quick'?"],
  ['a number that is none', ['--runs', '0'], "--runs '0': must be a whole number from 1"],
  ['a size without sense', ['--memory', '256'], '8MiB'],
  ['what stands alone', ['quick'], "did you mean '--quick'?"],
  ['a picture of nothing', ['--sections', 'rows', '--plot', 'x.svg'], '--plot'],
])('a mistake in the arguments is named: %s', async (_, args, expected) => {
  expect(() => parseOptions(args)).toThrow(expected);
});

test('mistakes and help, as every command has them', async () => {
  for (const [file, ...command] of [['dist/bench/main.js'], ['dist/src/cli/main.js', 'bench']]) {
    const wrong = await run(file, [...command, '--rows', 'raw-pear']);
    expect(wrong.code).toBe(2);
    expect(wrong.stdout).toBe('');
    expect(wrong.stderr).toContain("--help'.");
    const nowhere = await run(file, [...command, '--quick', '--json', '/nowhere/at/all.json']);
    expect(nowhere.code).toBe(2);
    expect(nowhere.stderr).toMatch(/--json '\/nowhere\/at\/all\.json': .*cannot be written/);
    const help = await run(file, [...command, '-h']);
    expect(help.code).toBe(0);
    expect(help.stdout).toContain('Usage: framelab bench [options]');
    for (const line of help.stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(120);
  }
});

test('choosing rows leaves the other parts of the suite out', () => {
  expect(parseOptions(['--rows', 'ktest'])?.sections).toEqual(['rows']);
  expect(parseOptions([])?.sections).toContain('scale');
  // What takes a minute by itself is asked for.
  expect(parseOptions([])?.sections).not.toContain('races');
  expect(parseOptions(['--sections', 'races'])?.sections).toEqual(['races']);
  const all = parseOptions(['--sections', SECTIONS.join(',')]);
  expect(benchArguments(all)).toContain(SECTIONS.join(','));
  expect(parseOptions(['--quick'])?.threads).toEqual([1]);
  expect(parseOptions(['--quick', '--threads', '1,2'])?.threads).toEqual([1, 2]);
  expect(parseOptions(['--memory', '1GiB'])?.memoryBytes).toBe(2 ** 30);
});

describe('--lock', () => {
  const planned = (...args: string[]) => planRows(parseOptions(args)).map(rowName);

  test('is obeyed by rows of allocators and by pairs, with --quick too', () => {
    const args = [
      '--rows',
      'ktest,lock-pair',
      '--allocator',
      'buddy',
      '--lock',
      'mcs,park',
      '--threads',
      '1',
    ];
    const rows = ['ktest buddy mcs x1', 'ktest buddy x1', 'lock-pair mcs x1', 'lock-pair park x1'];
    expect(planned(...args)).toEqual(rows);
    expect(planned('--quick', ...args)).toEqual(rows);
    expect(parseOptions(['--quick', '--lock', 'mcs']).locks).toEqual(['mcs']);
  });

  test('is measured by each part that is left', async () => {
    const args = ['--rows', 'ktest', '--sections', 'rows,locks', '--allocator', 'buddy', '--lock', 'mcs'];
    const { stdout, code } = await bench(...QUICKEST, ...args, '--json', '-');
    expect(code).toBe(0);
    const { rows, locks, reproduce, leftOut } = JSON.parse(stdout) as BenchResult;
    expect(rows.map(({ lock, target }) => ({ lock, target }))).toEqual([{ lock: 'mcs', target: null }]);
    expect(leftOut).toEqual([]);
    expect(new Set(locks.map(({ lock }) => lock))).toEqual(new Set(['mcs']));
    expect(parseOptions(reproduce.slice(1)).locks).toEqual(['mcs']);
  });

  test('leaves out parts that measure the usual one only, or is refused', () => {
    expect(parseOptions(['--lock', 'mcs']).sections).toEqual(['rows', 'locks']);
    expect(() => parseOptions(['--lock', 'mcs', '--sections', 'scale,locks'])).toThrow(
      '--lock: rows and locks obey it; --sections scale measure park only',
    );
  });
});

test('rows for two threads, or for one allocator, are measured there only', () => {
  const planned = (...args: string[]) => planRows(parseOptions(args)).map(rowName);
  expect(planned('--rows', 'xmalloc', '--allocator', 'bitmap')).toEqual(['xmalloc bitmap x2']);
  expect(planned('--rows', 'raw-mix-1m', '--threads', '2')).toEqual(['raw-mix-1m buddy x2']);
});

test('what one thread allocates another frees, and all comes back', { timeout: 120_000 }, async () => {
  const args = ['--rows', 'larson,xmalloc,raw-mix-bare', '--allocator', 'buddy,bitmap', '--threads', '2'];
  const { code, stdout, stderr } = await bench('--quick', '--runs', '1', ...args, '--json', '-');
  expect(stderr).not.toContain('the audit found');
  expect(code).toBe(0);
  const { rows, stopped } = JSON.parse(stdout) as BenchResult;
  expect(rows.map(rowName)).toEqual(
    ['buddy', 'bitmap'].flatMap((name) =>
      ['raw-mix-bare', 'larson', 'xmalloc'].map((row) => `${row} ${name} x2`),
    ),
  );
  expect(stopped).toEqual([]);
});

test('a row that this host has no RAM for, or that does not end, is named with how far it came', async () => {
  const gaveUp = new TooSlow('filled 5 of 10 blocks');
  expect(reasonToStop(gaveUp)).toBe('did not end in sensible time: filled 5 of 10 blocks');
  expect(reasonToStop(new LabError('HostRefused', 'no such RAM'))).toBe('no such RAM');
  expect(() => reasonToStop(new Error('the audit found'))).toThrow('the audit found');
});

test('rows of atomics-sync are said to be of the adapter', () => {
  const row = { row: 'lock-pair', allocator: '-', lock: 'atomics-sync-mutex', threads: 1 } as const;
  const pending = {
    ...row,
    statistics: 'off' as const,
    stopped: null,
    runs: [{ ns: 90, unitNs: 9, heapBytes: 0 }],
  };
  const text = (lock: string) => formatRows([summarizeRow({ ...pending, lock })], 9);
  expect(text('atomics-sync-mutex')).toContain('of the adapter');
  expect(text('park')).not.toContain('adapter');
});

test('medians and quartiles', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(lowerQuartile([5, 4, 3, 2, 1])).toBe(2);
  expect(medianOrNull([null, 2, null])).toBe(2);
  expect(medianOrNull([null])).toBeNull();
  expect(spread([2, 9, 4])).toEqual({ median: 4, min: 2, max: 9 });
});

test('a table is as wide as its cells, numbers to the right', () => {
  expect(
    formatTable(
      ['row', 'ns'],
      [
        ['a', '1.0'],
        ['longer', '10.0'],
      ],
    ),
  ).toBe(['row       ns', '------  ----', 'a        1.0', 'longer  10.0'].join('\n'));
});

test('parts without rows leave no row out', { timeout: 60_000 }, async () => {
  const { stdout } = await bench('--quick', '--runs', '1', '--sections', 'locks', '--json', '-');
  expect((JSON.parse(stdout) as BenchResult).leftOut).toEqual([]);
});

test.each(Object.keys(KERNELS))('the kernel of races "%s" races with nothing', async (name) => {
  const url = new URL('../../dist/bench/races/plain_scenario.js', import.meta.url);
  url.searchParams.set('kernel', name);
  const result = await explore(url, { races: true, schedules: 3, seed: 1, strategy: 'random' });
  expect([result.executions, result.unwatched]).toEqual([3, []]);
});
