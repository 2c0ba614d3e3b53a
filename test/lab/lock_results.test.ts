import { expect, test } from 'vitest';
import { utilisationPercent } from '#src/lab/run/lock_results.js';
import { Histogram } from '#src/platform/histogram.js';
import type { ContentionFigures, StatisticsLevel } from '#src/sync/decorators/lock_figures.js';

const SECOND_MS = 1000;

/** A lock that was taken so often, of whose holds these were timed. */
function lock(level: StatisticsLevel, acquisitions: number, holdsNs: readonly number[]) {
  const times = new Histogram();
  for (const ns of holdsNs) times.record(ns);
  const totalNs = holdsNs.reduce((sum, ns) => sum + ns, 0);
  // As the statistics estimate it, where every hold of the sample stands for as many.
  const holdTotalNs = holdsNs.length === 0 ? 0 : (totalNs / holdsNs.length) * acquisitions;
  const hold = { count: holdsNs.length, totalNs, histogram: times.nonEmpty() };
  return { level, total: { acquisitions, hold, holdTotalNs } as unknown as ContentionFigures };
}

test('each hold of a sample stands for those that were not timed', () => {
  const holds = Array.from({ length: 1000 }, () => 2000);
  expect(utilisationPercent(lock('sampled', 64_000, holds), SECOND_MS)).toBeCloseTo(12.8, 6);
});

test('a hold that was preempted stands for itself', () => {
  const holds = [...Array.from({ length: 1000 }, () => 2000), 25e6];
  const percent = utilisationPercent(lock('sampled', 64_064, holds), SECOND_MS)!;
  // 12.8 % and 25 ms, and not 64 times 25 ms.
  expect(percent).toBeGreaterThan(15);
  expect(percent).toBeLessThan(15.7);
});

test('where all were timed it is their sum, and it is never more than the time there was', () => {
  expect(utilisationPercent(lock('full', 2, [100e6, 200e6]), SECOND_MS)).toBeCloseTo(30, 6);
  const estimate = utilisationPercent(lock('sampled', 1_000_000, [5000, 5000]), SECOND_MS);
  expect(estimate).toBe(100);
  expect(utilisationPercent(lock('sampled', 10, []), SECOND_MS)).toBeNull();
});
