import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { BenchComparison } from '#src/results/bench_comparison_result.js';
import type { BenchRows } from '#src/results/bench_rows.js';
import { sweepOf } from '#src/results/sweep_result.js';
import { framelab } from '../cli/framelab.ts';
import { schemaErrors } from '../schemas.ts';

const folder = mkdtempSync(join(tmpdir(), 'framelab-bench-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Nothing that is compared: that is in the runs. */
const SPREAD = { median: 1, min: 1, max: 1 };

/** As it was written before results had outcomes and findings. */
type OldBench = Omit<BenchRows, 'outcome' | 'findings' | 'reproduce'> & object;

/** A benchmark whose core is of a certain speed, and whose raw-mix takes so many units. */
function benchOf({ unitNs = 10, rawMix = 2, repetitions = 6, ...other } = {}): OldBench {
  const runs = <T>(of: (i: number) => T) => Array.from({ length: repetitions }, (_, i) => of(i));
  const row = (name: string, units: number) => ({
    row: name,
    allocator: 'buddy',
    lock: 'park',
    threads: 1,
    statistics: 'sampled',
    ns: SPREAD,
    units: SPREAD,
    unitNs,
    heapBytes: null,
    native: null,
    ratio: null,
    target: null,
    runs: runs((i) => ({ ns: unitNs * units * (1 + i / 1000), unitNs })),
  });
  return {
    schemaVersion: 2,
    kind: 'bench',
    tool: { name: 'framelab', version: '0.1.0' },
    startedAt: '2026-11-22T12:00:00.000Z',
    durationMs: 25_000,
    unitNs,
    steps: [],
    overhead: [],
    startup: null,
    othersCores: {},
    criteria: [],
    leftOut: [],
    environment: {
      node: '20.20.2',
      v8: '11.3',
      platform: 'linux',
      arch: 'x64',
      cpuModel: 'AMD EPYC',
      cores: 2,
      memoryBytes: 2 ** 34,
      load: [0, 0, 0],
      commit: null,
    },
    quick: false,
    memoryBytes: 2 ** 28,
    rows: [row('raw-mix', rawMix), row('ktest', 900)],
    scale: [
      {
        row: 'ktest',
        allocator: 'buddy',
        speedup: SPREAD,
        controlSpeedup: SPREAD,
        ofControl: SPREAD,
        runs: runs((i) => ({ speedup: 1.9 + i / 1000, controlSpeedup: 1.95 })),
      },
    ],
    locks: [
      {
        lock: 'park',
        statistics: 'off',
        threads: 2,
        perSecond: SPREAD,
        fairness: 1,
        runs: runs((i) => ({ perSecond: (3e8 + i * 1e5) / unitNs, unitNs })),
      },
    ],
    ...other,
  } as unknown as BenchRows;
}

let files = 0;

function save(value: object): string {
  const file = join(folder, `${files++}.json`);
  writeFileSync(file, JSON.stringify(value));
  return file;
}

async function compare(base: object, now: object, ...args: string[]) {
  const json = join(folder, `${files++}.json`);
  const ended = await framelab(['compare', save(base), save(now), '--json', json, ...args]);
  const read = (): BenchComparison => JSON.parse(readFileSync(json, 'utf8'));
  return {
    ...ended,
    read,
    verdicts: () => read().figures.map(({ metric, verdict }) => `${metric}: ${verdict}`),
  };
}

/** A whole result of another kind. */
function emptySweep(): object {
  const { startedAt, environment } = benchOf();
  return sweepOf({
    startedAt,
    environment,
    findings: [],
    reproduce: [],
    complete: true,
    axes: [],
    repeat: 1,
    cells: [],
  });
}

describe('framelab compare of two benchmarks', () => {
  test('a core of another speed changes nothing: all is in units', async () => {
    const found = await compare(benchOf(), benchOf({ unitNs: 13 }));
    expect(found.verdicts()).toEqual([
      'raw-mix buddy x1: same',
      'ktest buddy x1: same',
      'two threads on ktest buddy: same',
      'contended park x2: same',
    ]);
    expect(found.code).toBe(0);
    expect(found.stdout).toContain('0 worse, 0 better, 4 the same');
  });

  test('a row that got slower is a regression, one that got faster is none', async () => {
    const slower = await compare(benchOf(), benchOf({ rawMix: 2.5 }));
    expect(slower.code).toBe(3);
    expect(slower.stdout).toContain('raw-mix buddy x1 worse: +2');
    expect(slower.read().verdict).toBe('worse');
    expect(schemaErrors('bench_comparison', slower.read())).toEqual([]);
    expect(slower.read().outcome).toBe('regression');
    expect(slower.read().findings).toMatchObject([{ verdict: 'regression', evidence: { kind: 'figure' } }]);
    const faster = await compare(benchOf({ rawMix: 2.5 }), benchOf());
    expect(faster.code).toBe(0);
    expect(faster.verdicts()[0]).toBe('raw-mix buddy x1: better');
    // What is within the band is noise, and the band is the user's.
    expect((await compare(benchOf(), benchOf({ rawMix: 2.5 }), '--noise', '40%')).code).toBe(0);
  });

  test('a lock with less throughput, in the time of a unit, got worse', async () => {
    const now = benchOf();
    const slow = {
      ...now.locks[0],
      runs: now.locks[0].runs.map((run) => ({ ...run, unitNs: run.unitNs / 2 })),
    };
    const found = await compare(benchOf(), { ...now, locks: [slow] });
    expect(found.verdicts()[3]).toBe('contended park x2: worse');
  });

  test('three repetitions cannot tell, and --strict says so', async () => {
    const few = benchOf({ repetitions: 3 });
    const found = await compare(few, benchOf({ repetitions: 3, rawMix: 3 }));
    expect(found.code).toBe(0);
    expect(found.stdout).toContain('3 repetitions are too few');
    expect((await compare(few, few, '--strict')).code).toBe(4);
  });

  test('what only one has is named', async () => {
    const base = benchOf();
    const found = await compare(base, { ...base, scale: [] });
    expect(found.read().onlyBase).toEqual(['two threads on ktest buddy']);
    expect(found.stdout).toContain('Only base has: two threads on ktest buddy');
  });

  test('another machine, Node.js or set-up is refused, unless by force', async () => {
    const base = benchOf();
    const others: [object, string][] = [
      [{ ...base, environment: { ...base.environment, node: '24.0.0' } }, 'node: 20.20.2 then, 24.0.0 now'],
      [{ ...base, environment: { ...base.environment, cores: 4 } }, 'cores: 2 then, 4 now'],
      [{ ...base, quick: true }, '--quick: false then, true now'],
      [{ ...base, memoryBytes: 2 ** 30 }, 'memoryBytes'],
      [
        { ...base, rows: base.rows.map((row) => ({ ...row, lock: 'mcs' })) },
        'lock of raw-mix buddy x1: park',
      ],
      [{ ...base, rows: [], scale: [], locks: [] }, 'no figure in common'],
    ];
    for (const [other, expected] of others) {
      const { code, stderr } = await compare(base, other);
      expect(code, expected).toBe(2);
      expect(stderr).toContain(expected);
      expect(stderr).toContain('--force');
    }
    const forced = await compare(base, others[0][0], '--force');
    expect(forced.code).toBe(0);
    expect(forced.stdout).toContain('node: 20.20.2 then');
  });

  test.each([
    ['a sweep beside a benchmark', emptySweep(), [], 'is not'],
    ['another version', { ...benchOf(), schemaVersion: 1 }, [], 'reads version 2'],
    ['a damaged file', { ...benchOf(), rows: [{ row: 'ktest' }] }, [], 'is damaged'],
    ['a metric of runs', benchOf(), ['--metric', 'throughput'], '--metric'],
  ])('usage: %s', async (_, now, args, expected) => {
    const { code, stderr } = await compare(benchOf(), now, ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(expected);
  });
});
