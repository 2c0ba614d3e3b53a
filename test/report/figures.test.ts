import { beforeAll, describe, expect, test } from 'vitest';
import type { RunResult } from '#src/results/run_result.js';
import type { ContentionFigures } from '#src/sync/decorators/lock_figures.js';
import { realRun } from './real_run.ts';

// Every number of a report against an independent count of the same thing.

describe('the figures of a run agree with one another', () => {
  let result: RunResult;
  beforeAll(async () => {
    result = await realRun({ workload: 'churn', allocator: 'global-buddy', stats: 'full', workers: 3 });
  });

  test('totals are the sums of the workers and of the kinds', () => {
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    expect(result.outcome).toBe('passed');
    expect(sum(result.workers.map((worker) => worker.operations))).toBe(result.totals.operations);
    const simple = result.operations.filter((operation) => !operation.composite);
    expect(sum(simple.map((operation) => operation.count))).toBe(result.totals.operations);
    for (const operation of result.operations) {
      const byWorker = result.workers.map(
        (worker) => worker.byKind.find((kind) => kind.kind === operation.kind)!.count,
      );
      expect(sum(byWorker)).toBe(operation.count);
    }
  });

  test('a lock’s figures are the sums over its workers, and over its call sites', () => {
    const fields = ['acquisitions', 'contended', 'spins', 'parks', 'abandoned', 'handOvers'] as const;
    for (const lock of result.locks) {
      for (const parts of [lock.byCpu, lock.bySite.map((site) => site.figures)]) {
        for (const field of fields) {
          expect(parts.reduce((total, part) => total + part[field], 0)).toBe(lock.total[field]);
        }
        for (const times of ['wait', 'hold'] as const) {
          const total = (of: (figures: ContentionFigures) => number) =>
            parts.reduce((sum, part) => sum + of(part), 0);
          expect(total((part) => part[times].count)).toBe(lock.total[times].count);
          expect(total((part) => part[times].totalNs)).toBeCloseTo(lock.total[times].totalNs, 0);
          expect(Math.max(...parts.map((part) => part[times].maxNs))).toBe(lock.total[times].maxNs);
        }
      }
    }
  });

  test('acquisitions are as many as the calls that take the lock', () => {
    const lock = result.locks.find((candidate) => candidate.name === 'global-pool')!;
    const site = (name: string) => lock.bySite.find((candidate) => candidate.site === name)!.figures;
    // One lock around everything: one acquisition for each call that the oracle counted after the warm-up.
    expect(result.totals.noMemory).toBe(0);
    expect(result.warmup!.allocationsChecked).toBeGreaterThan(1000);
    expect(site('alloc').acquisitions).toBe(
      result.verdict.allocationsChecked - result.warmup!.allocationsChecked,
    );
    expect(site('dealloc').acquisitions).toBe(
      result.verdict.deallocationsChecked - result.warmup!.deallocationsChecked,
    );
    // Under `full` every hold is timed.
    expect(lock.total.hold.count).toBe(lock.total.acquisitions);
  });

  test('who waited for whom adds up to all waiting', () => {
    for (const lock of result.locks) {
      const matrix = lock.waitedNs.flat().reduce((sum, ns) => sum + ns, 0);
      expect(matrix).toBeLessThanOrEqual(lock.total.wait.totalNs * 1.001 + 1);
      lock.waitedNs.forEach((row, cpu) => {
        expect(row[cpu]).toBe(0);
      });
    }
  });

  test('the RAM picture shows every frame once, and of every state what there must be', () => {
    const { picture, frames } = result.memory;
    const cells = picture.runs.reduce((sum, [count]) => sum + count, 0);
    expect(cells).toBe(Math.ceil(frames / picture.framesPerCell));
    const states = new Set(picture.runs.map(([, state]) => state));
    for (const state of ['metadata', 'kernel', 'allocated']) expect(states).toContain(state);
    expect([...states].some((state) => state.startsWith('free-'))).toBe(true);
  });

  test('the CPU time is not more than the workers, the main thread and the compiler can use', () => {
    const { measuredMs, cpuMs } = result.durations;
    expect(cpuMs).toBeGreaterThan(0);
    expect(cpuMs).toBeLessThan((measuredMs + 50) * (result.environment.cores + 1));
  });
});

test('an injected delay is as long as it was asked to be, in holds and in what a lock costs', async () => {
  const delayNs = 50_000;
  const result = await realRun({
    workload: 'churn',
    allocator: 'global-buddy',
    stats: 'full',
    durationMs: 500,
    injectDelay: { lock: 'global-pool', ns: delayNs },
  });
  const lock = result.locks.find((candidate) => candidate.name === 'global-pool')!;
  // The median: some holds are preempted, whose length is the operating system's.
  expect(lock.total.hold.p50Ns).toBeGreaterThan(delayNs * 0.95);
  expect(lock.total.hold.p50Ns).toBeLessThan(delayNs * 1.1);
});
