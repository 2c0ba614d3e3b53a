import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { allocatorTypes } from '#src/allocators/registry.js';
import { exitCodeOf } from '#src/cli/exit_codes.js';
import { run } from '#src/lab/run/run.js';
import type { RunOptions } from '#src/lab/run/run_options.js';
import { workloads } from '#src/lab/workloads/registry.js';
import type { RunResult } from '#src/results/run_result.js';
import { schemaErrors } from '../schemas.ts';

const PLANTED = resolve(import.meta.dirname, '../planted');

/** A result that other programs can read: as they get it, through JSON. */
async function runChecked(options: RunOptions): Promise<RunResult> {
  const result: RunResult = JSON.parse(
    JSON.stringify(await run({ seed: 7, workers: 2, durationMs: 150, warmup: 'off', ...options })),
  );
  expect(schemaErrors('result', result)).toEqual([]);
  return result;
}

function expectSound(result: RunResult): void {
  expect(result.verdict.violations).toEqual([]);
  expect(result.workers.map((worker) => worker.message)).toEqual(result.workers.map(() => null));
  expect(result.outcome).toBe('passed');
  expect(result.complete).toBe(true);
  expect(result.verdict.memoryReturned).toBe(true);
  expect(result.verdict.leakedFrames).toBe(0);
  expect(result.totals.operations).toBeGreaterThan(0);
}

describe('every workload on every allocator', () => {
  for (const { name: allocator } of allocatorTypes()) {
    for (const { name: workload } of workloads()) {
      test(`${workload} on ${allocator}`, async () => {
        const result = await runChecked({ workload, allocator, memory: 32 * 2 ** 20 });
        expectSound(result);
        expect(result.verdict.framesAllocated).toBe(result.verdict.framesFreed);
        expect(result.verdict.framesAllocated).toBeGreaterThan(0);
      });
    }
  }
});

describe('workloads that reach more than the allocator', () => {
  for (const workload of ['lru', 'scatter-gather', 'cpu-hotplug']) {
    for (const workers of [1, 4]) {
      test.each(allocatorTypes().map(({ name }) => name))(
        `${workload} with ${workers} on %s`,
        async (allocator) => {
          const options = { workload, workers, allocator, operations: 1500, durationMs: undefined };
          const result = await runChecked({ ...options, memory: 32 * 2 ** 20 });
          expectSound(result);
          expect(result.verdict.framesAllocated).toBe(result.verdict.framesFreed);
        },
      );
    }
  }

  test('have statistics of their own locks, by operation, and can be held up there', async () => {
    const injectDelay = { lock: 'lru-list', ns: 20_000 };
    const result = await runChecked({ workload: 'lru', stats: 'full', injectDelay });
    expectSound(result);
    const list = result.locks.find(({ name }) => name === 'lru-list')!;
    const taken = list.bySite.filter(({ figures }) => figures.acquisitions > 0);
    expect(taken.map(({ site }) => site)).toEqual(['put', 'take', 'touch']);
    expect(list.total.hold.p50Ns).toBeGreaterThanOrEqual(20_000);
    const operations = result.operations.filter(({ kind }) => ['put', 'take', 'touch'].includes(kind));
    // At the end, the list is emptied: as many acquisitions more as it has pages, and one of each worker.
    const counted = operations.reduce((sum, { count }) => sum + count, 0);
    expect(list.total.acquisitions).toBeGreaterThanOrEqual(counted);
  });

  test('attach their CPUs again and again, and the oracle goes on counting', async () => {
    const options = { workload: 'cpu-hotplug', operations: 3000, durationMs: undefined };
    const result = await runChecked({
      ...options,
      oracle: 'full',
      workloadParams: { detaches: 4, parks: 4 },
    });
    expectSound(result);
    const count = (kind: string) => result.operations.find((each) => each.kind === kind)!.count;
    expect(count('attach')).toBeGreaterThan(10);
    expect(count('detach') - count('attach')).toBeLessThanOrEqual(2);
    expect(count('park')).toBeGreaterThan(5);
    // Only what finds memory is an allocation; the run's last blocks are freed after it.
    expect(result.verdict.allocationsChecked).toBe(count('alloc') - result.totals.noMemory);
  });

  test('refuse a lock that is named as one of the machine’s', async () => {
    const workload = resolve(import.meta.dirname, 'modules/lock_twice.mjs');
    await expect(run({ workload })).rejects.toMatchObject({
      code: 'Usage',
      message: expect.stringContaining('its lock global-pool is named as another lock of the machine'),
    });
  });
});

describe('what was chosen for a workload', () => {
  test('is in the result, and in the command that runs it again', async () => {
    const mix = [
      { frames: 1, weight: 3 },
      { frames: 8, weight: 1 },
    ];
    const chosen = { workloadParams: { live: 300, zeroed: 0 }, mix };
    const result = await runChecked({ ...chosen, operations: 500, durationMs: undefined });
    expect(result.configuration).toMatchObject(chosen);
    expect(result.reproduce.join(' ')).toContain(
      'run churn --workers 2 --seed 7 --workload-param live=300 --workload-param zeroed=0 --mix 1:3,8:1 --operations 500',
    );
    // A quarter of the blocks have eight frames, so a block has 2.75 on average; nothing asks for other sizes.
    const { framesAllocated, allocationsChecked } = result.verdict;
    expect(framesAllocated / allocationsChecked).toBeGreaterThan(2);
    expect(framesAllocated / allocationsChecked).toBeLessThan(3.5);
  });
});

describe('a boot', () => {
  test('says how often each lock was taken: the early allocator’s is never taken later', async () => {
    const { boot, locks } = await runChecked({ operations: 200, durationMs: undefined });
    const early = boot!.locks.find(({ name }) => name === 'early-allocator');
    // Made ready, two allocations of metadata, the look at what was allocated, and its end.
    expect(early).toMatchObject({ kind: 'park', acquisitions: 5, contended: 0 });
    expect(early!.holdTotalNs).toBeGreaterThanOrEqual(early!.holdMaxNs!);
    expect(early!.holdMaxNs).toBeGreaterThan(0);
    expect(boot!.locks.map(({ name }) => name)).toEqual(locks.map(({ name }) => name));
    expect(locks.find(({ name }) => name === 'early-allocator')!.total.acquisitions).toBe(0);
  });

  test('has no times where nothing is timed, and nothing without statistics', async () => {
    const options = { operations: 200, durationMs: undefined };
    const counted = await runChecked({ ...options, stats: 'counts' });
    expect(counted.boot!.locks[0]).toMatchObject({ acquisitions: 5, holdTotalNs: null, holdMaxNs: null });
    expect((await runChecked({ ...options, stats: 'off' })).boot!.locks).toEqual([]);
  });
});

describe('a run', () => {
  test('under the full oracle raises nothing', async () => {
    const result = await runChecked({ workload: 'mstress', oracle: 'full', memory: 16 * 2 ** 20 });
    expectSound(result);
    expect(result.overhead.oracleNs).toBeGreaterThan(0);
  });

  test('with more workers than cores comes to its end', async () => {
    const result = await runChecked({ workers: 8, operations: 2000, durationMs: undefined });
    expectSound(result);
    expect(result.workers).toHaveLength(8);
    for (const worker of result.workers) expect(worker.operations).toBeGreaterThan(0);
  });

  test('is looked at many times a second, by time that goes on', async () => {
    const { timeline } = await runChecked({ durationMs: 1000 });
    expect(timeline.samples.length).toBeGreaterThanOrEqual(8);
    for (const [i, sample] of timeline.samples.entries()) {
      if (i > 0) expect(sample.atMs).toBeGreaterThan(timeline.samples[i - 1].atMs);
      expect(sample.framesInUse).toBeGreaterThanOrEqual(0);
    }
    expect(Math.max(...timeline.samples.map((sample) => sample.framesInUse))).toBeGreaterThan(0);
  });

  test('adds up: workers, kinds and totals', async () => {
    const result = await runChecked({ workload: 'ktest', operations: 30_000, durationMs: undefined });
    expectSound(result);
    const byWorker = result.workers.reduce((sum, worker) => sum + worker.operations, 0);
    expect(byWorker).toBe(result.totals.operations);
    const simple = result.operations.filter((operation) => !operation.composite);
    expect(simple.reduce((sum, operation) => sum + operation.count, 0)).toBe(result.totals.operations);
    // One ktest allocates ten times ten frames and a segment; a whole one is counted only where all worked.
    const counts = Object.fromEntries(
      result.operations.map((operation) => [operation.kind, operation.count]),
    );
    expect(counts.ktest).toBeGreaterThan(100);
    expect(counts.alloc).toBe(counts.ktest * 110);
    expect(counts.alloc).toBe(result.verdict.allocationsChecked);
  });

  test('counts acquisitions of a lock exactly where their number is known by construction', async () => {
    const result = await runChecked({ workload: 'churn', allocator: 'global-buddy', stats: 'full' });
    expectSound(result);
    const lock = result.locks.find((each) => each.name === 'global-pool');
    // One for each allocation and each deallocation, and nothing else; the boot's are not a worker's.
    const { allocationsChecked, deallocationsChecked } = result.verdict;
    expect(lock?.total.acquisitions).toBe(allocationsChecked + deallocationsChecked);
    expect(lock?.total.hold.count).toBe(lock?.total.acquisitions);
  });

  test('does the operations that it was told to, and the same ones for the same seed', async () => {
    const options: RunOptions = { workload: 'churn', operations: 3000, durationMs: undefined };
    const first = await runChecked(options);
    const second = await runChecked(options);
    expectSound(first);
    const counts = (result: RunResult) =>
      result.workers.map((worker) => worker.byKind.map((operation) => [operation.kind, operation.count]));
    expect(counts(second)).toEqual(counts(first));
    for (const worker of first.workers) expect(worker.operations).toBeGreaterThanOrEqual(3000);
    const other = await runChecked({ ...options, seed: 8 });
    expect(counts(other)).not.toEqual(counts(first));
  });

  test('without statistics has no locks in its result', async () => {
    const result = await runChecked({ stats: 'off', oracle: 'off' });
    expectSound(result);
    expect(result.locks).toEqual([]);
    expect(result.verdict.operationsChecked).toBe(0);
  });

  test('holds a lock longer where it is told to', async () => {
    const result = await runChecked({
      allocator: 'global-buddy',
      stats: 'full',
      durationMs: 400,
      injectDelay: { lock: 'global-pool', ns: 200_000 },
    });
    expectSound(result);
    const hold = result.locks.find((lock) => lock.name === 'global-pool')?.total.hold;
    expect(hold?.p50Ns).toBeGreaterThan(200_000 * 0.95);
  });

  test('is what its `rerun` says', async () => {
    const result = await runChecked({
      workload: 'larson',
      operations: 500,
      durationMs: undefined,
      oracle: 'full',
    });
    expect(result.rerun.join(' ')).toBe(
      'run larson --workers 2 --seed 7 --operations 500 --warmup off --oracle full',
    );
  });
});

describe('a run that goes wrong', () => {
  test('names the symptom, the frame and the finder', async () => {
    const result = await runChecked({ allocator: `${PLANTED}/wrong_alignment.js`, durationMs: 5000 });
    expect(result.outcome).toBe('violation');
    expect(exitCodeOf(result)).toBe(1);
    const [violation] = result.verdict.violations;
    expect(violation.symptom).toBe('misaligned');
    expect(violation.frame).toBe(Math.floor((violation.paddr ?? 0) / 4096));
    expect(violation.operation).toBeGreaterThan(0);
    expect(result.workers[violation.worker].state).toBe('violation');
    expect(result.durations.measuredMs).toBeLessThan(5000);
    expect(result.findings).toHaveLength(result.verdict.violations.length);
    const [{ places, evidence, ...finding }] = result.findings;
    expect(finding).toMatchObject({ verdict: 'misaligned', blames: 'code', thread: violation.worker });
    expect(evidence).toMatchObject({ kind: 'frame', frame: violation.frame, operation: violation.operation });
    // The oracle saw it, or a check of the machine's own threw.
    const thrown = { role: 'thrown', thread: violation.worker };
    expect(places).toMatchObject(violation.stack === undefined ? [] : [thrown]);
    expect(result.reproduce).toEqual(result.rerun);
  });

  test('reports a worker that hangs, the lock and its holder', async () => {
    const result = await runChecked({
      allocator: `${PLANTED}/hangs_holding.js`,
      durationMs: 20_000,
      hangTimeoutMs: 700,
    });
    expect(result.outcome).toBe('hung');
    expect(exitCodeOf(result)).toBe(5);
    const { hang } = result.verdict;
    const lock = hang?.locks.find((each) => each.name === 'global-pool');
    expect(lock?.heldMs).toBeGreaterThanOrEqual(500);
    expect(result.workers[lock?.owner ?? 0].state).toBe('hung');
    expect(hang?.message).toContain('global-pool');
    const finding = result.findings.find(({ verdict }) => verdict === 'hang');
    expect(finding).toMatchObject({ blames: 'code', message: hang?.message });
    expect(finding?.evidence).toMatchObject({ kind: 'worker', locks: hang?.locks });
    expect(finding?.details.join(' ')).toContain('lock global-pool: held by CPU');
    // What was done before is not lost.
    expect(result.totals.operations).toBeGreaterThan(100);
  });

  test('reports a worker whose thread ends, and stops the others', async () => {
    const result = await runChecked({ allocator: `${PLANTED}/dies_holding.js`, durationMs: 20_000 });
    expect(result.outcome).toBe('crashed');
    expect(exitCodeOf(result)).toBe(5);
    expect(result.workers[1].state).toBe('crashed');
    expect(result.workers[1].message).toBe('worker exited with code: 7, holding lock global-pool');
    expect(result.totals.operations).toBeGreaterThan(100);
    expect(result.verdict.memoryReturned).toBe(null);
    expect(result.findings).toMatchObject([
      {
        verdict: 'crash',
        thread: 1,
        evidence: { kind: 'worker', workers: [{ worker: 1, state: 'crashed' }] },
      },
    ]);
    expect(result.findings[0].message).toContain('worker exited with code: 7');
  });

  test('finds a block that should be zeros, under each level of the oracle', async () => {
    for (const oracle of ['ownership', 'full'] as const) {
      const result = await runChecked({
        allocator: `${PLANTED}/zeroing_skipped.js`,
        durationMs: 8000,
        oracle,
      });
      expect(result.verdict.violations.map((violation) => violation.symptom)).toContain('not-zeroed');
    }
  });

  test('that is interrupted gives what it has', async () => {
    const controller = new AbortController();
    const result = await runChecked({
      durationMs: 20_000,
      signal: controller.signal,
      onSample: () => controller.abort(),
    });
    expect(result.outcome).toBe('interrupted');
    expect(exitCodeOf(result)).toBe(130);
    expect(result.totals.operations).toBeGreaterThan(0);
    expect(result.verdict.memoryReturned).toBe(true);
  });

  test('is refused where it makes no sense', async () => {
    await expect(run({ workers: 0 })).rejects.toMatchObject({ code: 'Usage' });
    await expect(run({ workload: 'nothing' })).rejects.toMatchObject({ code: 'Usage' });
    await expect(run({ memory: 4096 })).rejects.toMatchObject({ code: 'Usage' });
    await expect(run({ seed: -1 })).rejects.toMatchObject({ code: 'Usage' });
    await expect(run({ injectDelay: { lock: 'nothing', ns: 1 } })).rejects.toMatchObject({ code: 'Usage' });
  });
});
