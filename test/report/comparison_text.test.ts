import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { endingOfComparison } from '#src/cli/comparing.js';
import { compareSweeps } from '#src/compare/compare_sweeps.js';
import { compareMetric, NOISE_BAND } from '#src/compare/comparison.js';
import { percentChange } from '#src/compare/percent_change.js';
import { comparisonText } from '#src/report/text/comparison_text.js';
import { cellOf, type SweepResult } from '#src/results/sweep_result.js';

const golden: SweepResult = JSON.parse(readFileSync(join(import.meta.dirname, 'golden/sweep.json'), 'utf8'));

/** A sweep whose cells had these throughputs. */
function sweepOf(...throughputs: number[][]): SweepResult {
  const cells = throughputs.map((values, i) => {
    const { point, configuration, repetitions } = golden.cells[i];
    const [sample] = repetitions;
    return cellOf(
      point,
      configuration,
      values.map((throughput) => ({ ...sample, metrics: { ...sample.metrics, throughput } })),
    );
  });
  return { ...golden, cells };
}

const OPTIONS = {
  gate: 'throughput',
  noiseBand: NOISE_BAND,
  inCasUnits: false,
  seed: 1,
  labels: { base: 'before', now: 'after' },
  differences: [],
} as const;

const WILD = [60, 140, 80, 120, 100, 90, 110];
const STEADY = [100, 101, 99, 100.5, 99.5, 100.2, 99.8];
const times = (values: readonly number[], factor: number) => values.map((value) => value * factor);

/** The last line, and how `framelab compare` ends. */
function compared(base: SweepResult, now: SweepResult, strict = false) {
  const result = compareSweeps(base, now, OPTIONS);
  const text = comparisonText(result);
  return {
    text,
    last: text.trimEnd().split('\n').at(-1),
    ending: endingOfComparison({ strict }, result),
    result,
  };
}

describe('the last line of a comparison says what its exit code says', () => {
  test.each([false, true])(
    'a regression in spite of the noise is one, and nothing takes it back (strict: %s)',
    (strict) => {
      const { text, last, ending, result } = compared(sweepOf(WILD), sweepOf(times(WILD, 0.2)), strict);
      expect(result.cells[0].metrics[0]).toMatchObject({ verdict: 'worse', trustworthy: true });
      expect(result.trustworthy).toBe(true);
      expect(ending).toBe('regression');
      expect(last).toBe('Regression: the throughput got worse.');
      expect(text).toContain('beyond what repetitions vary by');
      expect(text).not.toMatch(/vary too much|quieter machine|ruled out/);
    },
  );

  test('an improvement in spite of the noise is no regression, also with --strict', () => {
    const { last, ending } = compared(sweepOf(WILD), sweepOf(times(WILD, 5)), true);
    expect(ending).toBe('ok');
    expect(last).toBe('No regression of the throughput.');
  });

  test('noise that hides the answer is no verdict', () => {
    const now = sweepOf(times([...WILD].reverse(), 0.9));
    const { last, ending, result } = compared(sweepOf(WILD), now);
    expect(result).toMatchObject({ verdict: 'cannot tell', trustworthy: false });
    expect(ending).toBe('ok');
    expect(last).toBe(
      'A regression of the throughput is neither shown nor ruled out. Repeat on a quieter machine.',
    );
    expect(compared(sweepOf(WILD), now, true).ending).toBe('untrustworthy');
  });

  test('steady and the same is no regression', () => {
    const { last, ending } = compared(sweepOf(STEADY), sweepOf(STEADY), true);
    expect([last, ending]).toEqual(['No regression of the throughput.', 'ok']);
  });

  test('of several combinations, it says how many got worse', () => {
    const { last, ending } = compared(
      sweepOf(STEADY, WILD, STEADY),
      sweepOf(times(STEADY, 0.5), WILD, STEADY),
    );
    expect([last, ending]).toEqual([
      'Regression: the throughput got worse in 1 of 3 combinations.',
      'regression',
    ]);
  });
});

test('too few repetitions are never trusted, however steady', () => {
  const few = compareMetric({ name: 'x', higherIsBetter: true }, [100, 101], [50, 51], OPTIONS);
  expect(few).toMatchObject({ verdict: 'cannot tell', trustworthy: false });
});

test('one sign for less, and a factor where percents are hard to read', () => {
  expect([0.5, 1, 1.084, 9.99, 10, 229.1].map(percentChange)).toEqual([
    '-50.0 %',
    '+0.0 %',
    '+8.4 %',
    '+899.0 %',
    'x10.0',
    'x229',
  ]);
  const { reason } = compareMetric({ name: 'x', higherIsBetter: true }, STEADY, times(STEADY, 0.5), OPTIONS);
  expect(reason).toMatch(/^-5\d\.\d %/);
});
