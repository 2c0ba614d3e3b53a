import { describe, expect, test } from 'vitest';
import type { RowResult, StepsResult } from '../../dist/bench/figures/bench_result.js';
import { judge } from '../../dist/bench/figures/criterion.js';
import { spread } from '../../dist/bench/figures/statistics.js';
import { judgeAll, type Measured } from '../../dist/bench/suite/criteria.js';

const ask = {
  section: 'rows',
  subject: 'x',
  format: String,
  doubt: null as string | null,
  isTime: true,
};

describe('a figure is judged by the median of its runs', () => {
  test('met, missed a little, missed', () => {
    expect(judge({ ...ask, values: [0.9, 1, 3], atMost: 1 })).toMatchObject({ verdict: 'met', fails: false });
    const little = judge({ ...ask, values: [1.1, 1.14, 1.3], atMost: 1 });
    expect(little).toMatchObject({ verdict: 'missed', fails: false });
    expect(little.missedBy).toBeCloseTo(0.14, 10);
    expect(judge({ ...ask, values: [1.1, 1.16, 1.17], atMost: 1 })).toMatchObject({
      verdict: 'missed',
      fails: true,
    });
  });

  test('of what should be large, what is too small is missed', () => {
    const asked = { ...ask, atLeast: 0.9, isTime: false };
    expect(judge({ ...asked, values: [0.95] }).verdict).toBe('met');
    expect(judge({ ...asked, values: [0.8] })).toMatchObject({ verdict: 'missed', fails: false });
    expect(judge({ ...asked, values: [0.7] })).toMatchObject({ verdict: 'missed', fails: true });
  });

  test('runs of which one meets what the median misses by far say nothing', () => {
    const found = judge({ ...ask, values: [1, 1.5, 1.6], atMost: 1 });
    expect(found).toMatchObject({ verdict: 'cannot tell', fails: false });
    expect(found.reason).toContain('1 to 1.6');
  });

  test('a busy machine excuses a time that is too long, and no time that is short enough', () => {
    const busy = { ...ask, atMost: 1, doubt: 'busy' };
    expect(judge({ ...busy, values: [2, 2, 2] })).toMatchObject({ verdict: 'cannot tell', reason: 'busy' });
    expect(judge({ ...busy, values: [0.9] }).verdict).toBe('met');
    expect(judge({ ...busy, values: [0.9], isTime: false }).verdict).toBe('cannot tell');
  });

  test('nothing measured is nothing known', () => {
    expect(judge({ ...ask, values: [], atMost: 1 })).toMatchObject({
      verdict: 'cannot tell',
      missedBy: null,
    });
  });
});

describe('what is asked of the suite', () => {
  const nothing: Measured = {
    rows: [],
    scale: [],
    steps: [],
    locks: [],
    overhead: [],
    startup: null,
    othersCores: {},
    cores: 2,
  };
  const steps = (mib: number, liveBlocks: number, listSteps: number): StepsResult => ({
    memoryBytes: mib * 2 ** 20,
    liveBlocks,
    bootMs: 3,
    splits: 0,
    merges: 0,
    listSteps,
    lockTrips: 0,
    ns: 20,
  });

  test('rows with a target', () => {
    const row = (target: RowResult['target']): RowResult => ({
      row: 'raw-pair',
      allocator: 'buddy',
      lock: 'park',
      threads: 1,
      statistics: 'sampled',
      runs: [{ ns: 12, unitNs: 10 }],
      ns: spread([12]),
      units: spread([1.2]),
      unitNs: 10,
      heapBytes: 0,
      native: null,
      ratio: null,
      target,
    });
    const rows = [row({ units: 1, met: false }), row(null)];
    const [found, ...more] = judgeAll({ ...nothing, rows });
    expect(more).toEqual([]);
    expect(found).toMatchObject({ asked: 'at most 1 unit', found: '1.2 units', fails: true });
    const [busy] = judgeAll({ ...nothing, rows, othersCores: { rows: 1.6 } });
    expect(busy).toMatchObject({ verdict: 'cannot tell', fails: false });
    expect(busy.reason).toContain('1.6 of 2 cores');
  });

  test('two threads beside a control, which must itself have had two cores', () => {
    const scale = (speedup: number, controlSpeedup: number, allocator = 'buddy') => ({
      row: 'ktest',
      allocator,
      runs: [{ speedup, controlSpeedup }],
      speedup: spread([speedup]),
      controlSpeedup: spread([controlSpeedup]),
      ofControl: spread([speedup / controlSpeedup]),
    });
    const verdict = (speedup: number, control: number, cores = 2) =>
      judgeAll({ ...nothing, scale: [scale(speedup, control)], cores })[0];
    expect(verdict(1.8, 1.95)).toMatchObject({ verdict: 'met' });
    expect(verdict(1.4, 1.95)).toMatchObject({ verdict: 'missed', fails: true });
    expect(verdict(1.1, 1.2).reason).toContain('1.20x');
    expect(verdict(1.8, 1.95, 1).reason).toContain('one core');
    expect(judgeAll({ ...nothing, scale: [scale(0.8, 1.95, 'global-buddy')] })).toEqual([]);
  });

  test('steps that grow with RAM, or with live blocks', () => {
    const flat = [steps(64, 1000, 2), steps(256, 1000, 1), steps(1024, 1000, 1.1)];
    const blocks = [steps(1024, 100, 0.5), steps(1024, 10_000, 1.2)];
    expect(judgeAll({ ...nothing, steps: [...flat, ...blocks] }).map(({ verdict }) => verdict)).toEqual([
      'met',
      'met',
    ]);
    const [ram] = judgeAll({ ...nothing, steps: [...flat.slice(0, 2), steps(1024, 1000, 1.2)] });
    expect(ram).toMatchObject({ verdict: 'missed', fails: true });
    const [, live] = judgeAll({ ...nothing, steps: [...flat, ...blocks, steps(1024, 1e5, 1.5)] });
    expect(live).toMatchObject({ verdict: 'missed', fails: true });
    const [one] = judgeAll({ ...nothing, steps: [steps(64, 1000, 1)] });
    expect(one.verdict).toBe('cannot tell');
  });

  test('the default lock, with more workers than cores', () => {
    const lock = (threads: number, perSecond: number) => ({
      lock: 'park',
      statistics: 'off',
      threads,
      runs: [{ perSecond, unitNs: 10 }],
      perSecond: spread([perSecond]),
      fairness: 1,
    });
    const locks = (eight: number) => [lock(1, 50e6), lock(2, 30e6), lock(8, eight)];
    expect(judgeAll({ ...nothing, locks: locks(20e6) })[0].verdict).toBe('met');
    expect(judgeAll({ ...nothing, locks: locks(10e6) })[0].fails).toBe(true);
    const busy = { ...nothing, locks: locks(10e6), othersCores: { locks: 0.8 } };
    expect(judgeAll(busy)[0].verdict).toBe('cannot tell');
  });

  test('what the lab takes, and how fast it starts', () => {
    const overhead = (ns: number) => [
      {
        name: 'recorder',
        withoutNs: 0,
        withNs: ns,
        addedNs: spread([ns]),
        addedPercent: null,
        interval: null,
        percentMax: null,
      },
    ];
    expect(judgeAll({ ...nothing, overhead: overhead(4) })[0].verdict).toBe('met');
    expect(judgeAll({ ...nothing, overhead: overhead(12) })[0].fails).toBe(true);
    const statistics = (percent: number, apart: number) => {
      const of = (name: string, added: number, percentMax: number | null) => ({
        name,
        withoutNs: 20,
        withNs: 20 + added / 5,
        addedNs: spread([added / 5]),
        addedPercent: added,
        interval: { low: added - 1, high: added + 1 },
        percentMax,
      });
      return [of('the same lock again, uncontended', apart, null), of('statistics sampled', percent, 5)];
    };
    const [verdict, ...more] = judgeAll({ ...nothing, overhead: statistics(4, 0) });
    expect([verdict.verdict, verdict.asked, verdict.found, more]).toEqual([
      'met',
      'at most 5.0 %',
      '4.0 %',
      [],
    ]);
    expect(judgeAll({ ...nothing, overhead: statistics(9, 0) })[0]).toMatchObject({
      verdict: 'missed',
      fails: false,
    });
    // A control that is as far from itself says that nobody knows.
    expect(judgeAll({ ...nothing, overhead: statistics(9, -6) })[0].reason).toContain('6.0 % apart');
    expect(judgeAll({ ...nothing, startup: { runsMs: [300, 310, 900] } })[0].verdict).toBe('met');
    expect(judgeAll({ ...nothing, startup: { runsMs: [700, 710, 900] } })[0].fails).toBe(true);
  });
});
