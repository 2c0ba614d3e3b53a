import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import type { BenchResult, RowResult } from '../../bench/bench_result.ts';
import { parseOptions, UsageError } from '../../bench/options.ts';
import { missedTargets } from '../../bench/row_table.ts';
import { lowerQuartile, median, medianOrNull, spread } from '../../bench/statistics.ts';
import { formatTable } from '../../bench/text_table.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** The suite as a user runs it: compiled, in a process of its own. */
function bench(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    execFile(
      process.execPath,
      [resolve(ROOT, 'dist/bench/main.js'), ...args],
      { maxBuffer: 2 ** 26 },
      (error, stdout, stderr) => done({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

const QUICKEST = ['--quick', '--runs', '1', '--threads', '1'];

test('the JSON of a run is of the published schema, and every row was measured', {
  timeout: 60_000,
}, async () => {
  const { stdout } = await bench(...QUICKEST, '--rows', 'raw-pair,segment10,lock-pair', '--json', '-');
  const result = JSON.parse(stdout) as BenchResult;
  const schema = JSON.parse(readFileSync(resolve(ROOT, 'docs/bench.schema.json'), 'utf8'));
  const validate = new Ajv2020({ allErrors: true }).compile(schema);
  expect(validate(result), JSON.stringify(validate.errors)).toBe(true);
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
  }
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

test('a mistake in the arguments is named, with what is allowed', async () => {
  const { code, stderr } = await bench('--rows', 'raw-pear');
  expect(code).toBe(2);
  expect(stderr).toContain("--rows 'raw-pear'");
  expect(stderr).toContain('raw-pair');
  expect(() => parseOptions(['--runs', '0'])).toThrow(UsageError);
  expect(() => parseOptions(['--nonsense'])).toThrow(UsageError);
  expect(parseOptions(['--help'])).toBeNull();
});

test('choosing rows leaves the other parts of the suite out', () => {
  expect(parseOptions(['--rows', 'ktest'])?.sections).toEqual(['rows']);
  expect(parseOptions([])?.sections).toContain('scale');
});

test('a target is missed from 15 % over it on', () => {
  const row = (units: number): RowResult => ({
    row: 'raw-pair',
    allocator: 'buddy',
    lock: 'park',
    threads: 1,
    statistics: 'sampled',
    ns: spread([units * 10]),
    units: spread([units]),
    unitNs: 10,
    heapBytes: 0,
    native: null,
    ratio: null,
    target: { units: 1, met: units <= 1 },
  });
  expect(missedTargets([row(1), row(1.14)])).toEqual([]);
  expect(missedTargets([row(1.16)])).toHaveLength(1);
  expect(missedTargets([{ ...row(5), target: null }])).toEqual([]);
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
