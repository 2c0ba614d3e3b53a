import { describe, expect, test } from 'vitest';
import { differences, matchCells } from '#src/compare/baseline.js';
import { compareMetric, compareRepetitions, NOISE_BAND } from '#src/compare/comparison.js';
import { interleaved, planCells } from '#src/lab/sweep/plan.js';
import { Random } from '#src/platform/random.js';
import type { Configuration } from '#src/results/run_result.js';
import type { Repetition, SweepResult } from '#src/results/sweep_result.js';
import { cellOf } from '#src/results/sweep_result.js';

const THROUGHPUT = { name: 'throughput', higherIsBetter: true } as const;
const LATENCY = { name: 'latency-p50', higherIsBetter: false } as const;
const OPTIONS = { noiseBand: NOISE_BAND, seed: 1 };

/** Values around a middle, as repetitions of a steady run are: nearly normal. */
function repetitions(middle: number, deviation: number, random: Random, count = 10): number[] {
  return Array.from({ length: count }, () => {
    let sum = 0;
    for (let i = 0; i < 12; i++) sum += random.uint32() / 2 ** 32;
    return middle * (1 + (sum - 6) * deviation);
  });
}

describe('compareMetric', () => {
  test('a clear difference is better or worse by what the metric wants', () => {
    const low = [100, 101, 99, 100.5, 99.5];
    const high = [120, 121, 119, 120.5, 119.5];
    expect(compareMetric(THROUGHPUT, low, high, OPTIONS).verdict).toBe('better');
    expect(compareMetric(THROUGHPUT, high, low, OPTIONS).verdict).toBe('worse');
    expect(compareMetric(LATENCY, low, high, OPTIONS).verdict).toBe('worse');
    expect(compareMetric(LATENCY, high, low, OPTIONS).verdict).toBe('better');
  });

  test('a difference within the noise band is none, however certain', () => {
    const base = [100, 100.1, 99.9, 100.05, 99.95, 100.02, 99.98];
    const now = base.map((value) => value * 0.985);
    const found = compareMetric(THROUGHPUT, base, now, OPTIONS);
    expect(found.p).toBeLessThan(0.01);
    expect(found.verdict).toBe('same');
  });

  test('a difference that only one of both tests sees is not told', () => {
    // One inversion among five and five: p = 0.016, though the medians are far apart.
    const ranks = compareMetric(THROUGHPUT, [100, 110, 111, 112, 113], [90, 91, 92, 93, 100.5], OPTIONS);
    expect(ranks.interval!.high).toBeLessThan(1 - NOISE_BAND);
    expect(ranks.p).toBeGreaterThan(0.01);
    expect(ranks.verdict).toBe('cannot tell');
    // Ranks say that it is lower; the interval, that it may be within the band.
    const base = [98, 98.5, 99, 99.5, 100, 100.5, 101, 101.5, 102];
    const now = base.map((value) => value - 4);
    const interval = compareMetric(THROUGHPUT, base, now, OPTIONS);
    expect(interval.p).toBeLessThan(0.01);
    expect(interval.interval!.high).toBeGreaterThan(1 - NOISE_BAND);
    expect(interval.verdict).toBe('cannot tell');
  });

  test('few repetitions, or wild ones, cannot tell', () => {
    expect(compareMetric(THROUGHPUT, [100, 101, 99], [50, 51, 49], OPTIONS).verdict).toBe('cannot tell');
    const wild = compareMetric(
      THROUGHPUT,
      [100, 30, 170, 60, 140, 100],
      [90, 20, 180, 50, 150, 110],
      OPTIONS,
    );
    expect(wild).toMatchObject({ verdict: 'cannot tell', trustworthy: false });
    expect(wild.reason).toContain('too noisy');
  });

  test('nothing measured on the base’s side is no ratio', () => {
    expect(compareMetric(LATENCY, [0, 0, 0, 0, 0], [0, 0, 0, 0, 0], OPTIONS).verdict).toBe('same');
    expect(compareMetric(LATENCY, [0, 0, 0, 0, 0], [1, 1, 1, 1, 1], OPTIONS).verdict).toBe('cannot tell');
  });

  test('with repetitions that vary by 3 %: 60 equal pairs, hardly a false alarm; 10 % slower, nearly always found', () => {
    const random = new Random(42);
    let alarms = 0;
    let found = 0;
    for (let i = 0; i < 60; i++) {
      const base = repetitions(100, 0.03, random);
      const same = compareMetric(THROUGHPUT, base, repetitions(100, 0.03, random), OPTIONS);
      if (same.verdict === 'worse' || same.verdict === 'better') alarms++;
      const slow = compareMetric(THROUGHPUT, base, repetitions(90, 0.03, random), OPTIONS);
      if (slow.verdict === 'worse') found++;
    }
    expect(alarms).toBeLessThanOrEqual(1);
    expect(found).toBeGreaterThanOrEqual(56);
  });
});

function repetition(throughput: number, casNs: number): Repetition {
  return {
    startedAt: '2026-01-01T00:00:00Z',
    seed: 1,
    outcome: 'passed',
    warmup: null,
    measuredMs: 100,
    load: 0,
    casNs,
    metrics: {
      throughput,
      'cpu-throughput': null,
      'latency-p50': 1e9 / throughput,
      'latency-p99': null,
      'lock-wait': null,
      contended: null,
    },
  };
}

describe('compareRepetitions', () => {
  test('in CAS units a machine that is slower as a whole is no regression', () => {
    const base = [100, 101, 99, 100.4, 99.6].map((rate) => repetition(rate * 1e6, 10));
    const slower = [50, 50.5, 49.5, 50.2, 49.8].map((rate) => repetition(rate * 1e6, 20));
    const verdicts = (inCasUnits: boolean) =>
      compareRepetitions(base, slower, { ...OPTIONS, inCasUnits }).map((found) => found.verdict);
    expect(verdicts(false)).toEqual(['worse', 'worse']);
    expect(verdicts(true)).toEqual(['same', 'same']);
  });

  test('a repetition that did not pass says nothing of speed', () => {
    const base = [100, 101, 99, 100.4, 99.6].map((rate) => repetition(rate, 10));
    const now = [...base, { ...repetition(1, 10), outcome: 'violation' as const }];
    const [throughput] = compareRepetitions(base, now, { ...OPTIONS, inCasUnits: false });
    expect(throughput.now.count).toBe(5);
  });
});

describe('sweeps', () => {
  test('the order is forth and back, and every cell comes as often', () => {
    const order = interleaved(3, 3).map(({ cell }) => cell);
    expect(order).toEqual([0, 1, 2, 2, 1, 0, 0, 1, 2]);
  });

  test('the matrix has every combination once', () => {
    const cells = planCells({ workload: 'churn' }, { workers: [1, 2], lock: ['ttas', 'mcs'] });
    expect(cells.map((cell) => cell.point)).toEqual([
      { workers: '1', lock: 'ttas' },
      { workers: '1', lock: 'mcs' },
      { workers: '2', lock: 'ttas' },
      { workers: '2', lock: 'mcs' },
    ]);
    expect(cells[3].options).toEqual({ workload: 'churn', workers: 2, lock: 'mcs' });
  });
});

describe('baselines', () => {
  const configuration = {
    workload: 'churn',
    workers: 2,
    lock: 'ttas',
    allocator: 'buddy',
    seed: 1,
  } as Configuration;
  const sweep = (node: string, changed: Partial<Configuration> = {}): SweepResult =>
    ({
      environment: { node, platform: 'linux', arch: 'x64', cpuModel: 'x', cores: 2 },
      cells: [cellOf({}, { ...configuration, ...changed }, [repetition(1, 1)])],
    }) as unknown as SweepResult;

  test('another Node.js, machine or configuration is named; another seed is none', () => {
    expect(differences(sweep('20'), sweep('20', { seed: 9 }))).toEqual([]);
    expect(differences(sweep('20'), sweep('22'))).toEqual(['node: 20 then, 22 now']);
    expect(differences(sweep('20'), sweep('20', { lock: 'mcs' }))).toEqual(['lock: "ttas" then, "mcs" now']);
  });

  test('cells are matched by what they ran', () => {
    const one = sweep('20');
    const other = sweep('20', { lock: 'mcs' });
    const both = { ...one, cells: [...one.cells, ...other.cells] };
    expect(matchCells(both, both).map(({ now }) => now.configuration.lock)).toEqual(['ttas', 'mcs']);
  });
});
