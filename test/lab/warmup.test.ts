import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { differences } from '#src/compare/baseline.js';
import { rehearse, run } from '#src/lab/run/run.js';
import type { RunOptions } from '#src/lab/run/run_options.js';
import { csvReport } from '#src/report/csv.js';
import { allocatorFigures } from '#src/report/figures/allocator_figures.js';
import { htmlReport } from '#src/report/html/pages/report_page.js';
import { markdownReport } from '#src/report/markdown/run_markdown.js';
import { terminalReport } from '#src/report/text/run_text.js';
import { withLaterFields } from '#src/results/later_fields.js';
import type { RunResult } from '#src/results/run_result.js';
import type { Warmup } from '#src/results/warmup.js';
import { errorsBy, schemaErrors } from '../schemas.ts';

const MODULES = resolve(import.meta.dirname, 'modules');
const module = (name: string, how = '') => `${pathToFileURL(`${MODULES}/${name}.mjs`).href}${how}`;

/** A result as other programs get it. */
async function runChecked(options: RunOptions): Promise<RunResult> {
  const given = await run({ seed: 7, workers: 2, memory: 32 * 2 ** 20, ...options });
  const result: RunResult = JSON.parse(JSON.stringify(given));
  expect(schemaErrors('result', result)).toEqual([]);
  return result;
}

const terminal = (result: RunResult) => terminalReport(result, { color: false, command: 'framelab' });
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('a warm-up', () => {
  test('by operations comes before those that are measured, and is in none of their figures', async () => {
    const result = await runChecked({
      workload: 'churn',
      allocator: 'global-buddy',
      stats: 'full',
      operations: 3000,
      warmup: { operations: 5000 },
    });
    expect(result.outcome).toBe('passed');
    const { warmup, verdict, totals } = result;
    expect(warmup?.ended).toBe('as asked');
    for (const worker of warmup!.workers) expect(worker.operations).toBeGreaterThanOrEqual(5000);
    expect(warmup!.operations).toBe(sum(warmup!.workers.map(({ operations }) => operations)));
    expect(warmup!.operations).toBe(sum(warmup!.byKind.map(({ count }) => count)));
    // A step of churn is 16 operations.
    for (const worker of result.workers) {
      expect(worker.operations).toBeGreaterThanOrEqual(3000);
      expect(worker.operations).toBeLessThan(3016);
    }
    expect(totals.operations).toBe(sum(result.workers.map(({ operations }) => operations)));
    expect(verdict.operationsChecked).toBe(totals.operations + warmup!.operations);
    // One acquisition for each allocation and each free, those of the end, when all is given back, included.
    const allocations = verdict.allocationsChecked - warmup!.allocationsChecked;
    const frees = verdict.deallocationsChecked - warmup!.deallocationsChecked;
    const lock = result.locks.find(({ name }) => name === 'global-pool')!;
    expect(lock.total.acquisitions).toBe(allocations + frees);
    expect(lock.total.hold.count).toBe(lock.total.acquisitions);
    for (const { latency, count } of result.operations) expect(latency!.samples).toBeLessThanOrEqual(count);
    expect(verdict.framesAllocated).toBe(verdict.framesFreed);
  });

  test('leaves out what the allocator counted meanwhile', async () => {
    const result = await runChecked({ operations: 1000, workers: 1, warmup: { operations: 50_000 } });
    const all = await runChecked({ operations: 51_000, workers: 1, warmup: 'off' });
    expect(all.allocator.counters.splits).toBeGreaterThan(10_000);
    expect(result.allocator.counters.splits).toBeLessThan(all.allocator.counters.splits / 10);
    // Of what was measured: as many splits for each allocation as in the whole.
    const [measured, whole] = [result, all].map((each) => allocatorFigures(each).splitsPerAllocation!);
    expect(measured).toBeGreaterThan(whole / 2);
    expect(measured).toBeLessThan(whole * 2);
  });

  test('of whatever length leaves the measured draws as they are', async () => {
    const counts = async (warmup: Warmup) => {
      const result = await runChecked({ workload: module('draws'), operations: 4000, warmup });
      expect(result.outcome).toBe('passed');
      return result.workers.map(({ byKind }) => byKind.map(({ count }) => count));
    };
    const without = await counts('off');
    expect(sum(without[0])).toBe(4000);
    expect(without[0]).not.toEqual(without[1]);
    expect(await counts({ operations: 1 })).toEqual(without);
    expect(await counts({ operations: 7777 })).toEqual(without);
    expect(await counts({ durationMs: 30 })).toEqual(without);
  });

  test('by operations draws what its seed says, and not what is measured', async () => {
    const kinds = async () => {
      const result = await runChecked({
        workload: module('draws'),
        workers: 1,
        operations: 4000,
        warmup: { operations: 4000 },
      });
      return [result.warmup!.byKind.map(({ count }) => count), result.operations.map(({ count }) => count)];
    };
    const [warm, measured] = await kinds();
    expect(sum(warm)).toBe(4000);
    expect(warm).not.toEqual(measured);
    expect(await kinds()).toEqual([warm, measured]);
  });

  test('counts kinds that are made of others, and leaves them out of its sum', async () => {
    const { warmup } = await runChecked({
      workload: 'ktest',
      operations: 2000,
      warmup: { operations: 2000 },
    });
    const counts = Object.fromEntries(warmup!.byKind.map(({ kind, count }) => [kind, count]));
    expect(counts.ktest).toBeGreaterThan(0);
    expect(counts.alloc).toBe(counts.ktest * 110);
    expect(warmup!.operations).toBe(counts.alloc + counts.dealloc);
  });

  test('until steady is what comes where nothing is said, and is told of while it lasts', async () => {
    const told: number[] = [];
    const result = await runChecked({
      workload: 'ktest',
      workers: 1,
      operations: 2000,
      onWarmup: ({ operations }) => told.push(operations),
    });
    expect(result.configuration.warmup).toBe('steady');
    expect(['steady', 'not steady']).toContain(result.warmup?.ended);
    expect(result.warmup?.ended === 'steady').toBe(result.warmup?.workers[0].steady);
    expect(told.length).toBeGreaterThan(2);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    for (const { atMs } of result.timeline.samples) expect(atMs).toBeGreaterThanOrEqual(0);
    expect(result.rerun.join(' ')).not.toContain('warmup');
  });

  test('is none for a workload that is about its beginning, unless asked for', async () => {
    expect((await rehearse({ workload: 'hotplug' })).warmup).toBe('off');
    expect((await rehearse({ workload: 'hotplug', warmup: 'steady' })).warmup).toBe('steady');
    expect((await rehearse({ workload: module('draws', '?beginning') })).warmup).toBe('off');
    await expect(rehearse({ workload: module('draws', '?wrong') })).rejects.toMatchObject({
      code: 'Usage',
      message: expect.stringContaining('its warmup is "on"; it must be \'off\', or missing'),
    });
    const { rerun } = await runChecked({ workload: 'hotplug', operations: 200, warmup: { operations: 50 } });
    expect(rerun.join(' ')).toContain('--operations 200 --warmup 50');
  });

  test('does not make a worker wait that another needs', async () => {
    const result = await runChecked({
      workload: module('waits_for_others'),
      durationMs: 200,
      warmup: { operations: 20 },
      hangTimeoutMs: 5000,
    });
    expect(result.outcome).toBe('passed');
    expect(result.warmup?.ended).toBe('as asked');
  });

  test('ends where a worker will never come to its operations', async () => {
    const result = await runChecked({
      workload: module('one_idle'),
      durationMs: 100,
      warmup: { operations: 1000 },
    });
    expect(result.warmup?.workers.map(({ operations }) => operations > 0)).toEqual([true, false]);
    expect(result.verdict.unproved.join()).toContain('worker 1 did no operation');
  });

  test('after which nothing was done proves nothing', async () => {
    const result = await runChecked({
      workload: module('stops_counting'),
      durationMs: 100,
      warmup: { operations: 10 },
    });
    expect(result.outcome).toBe('unproved');
    expect(result.verdict.unproved).toEqual([
      'no operation was counted after the warm-up: all 20 were in it',
    ]);
  });
});

describe('what goes wrong in a warm-up', () => {
  test('is a violation like any other, and nothing was measured', async () => {
    const result = await runChecked({
      workload: module('wrong_at_first', '?frees-twice'),
      durationMs: 5000,
      warmup: { durationMs: 4000 },
    });
    expect(result.outcome).toBe('violation');
    expect(result.verdict.violations[0]).toMatchObject({ symptom: 'bad-free', inWarmup: true });
    expect(result.warmup?.ended).toBe('cut off');
    expect(result.durations.measuredMs).toBe(0);
    expect(result.totals.operations).toBe(0);
    expect(result.locks).toEqual([]);
    const text = terminal(result);
    expect(text).toContain(', in the warm-up');
    expect(text).toContain('This run ended in its warm-up, so nothing was measured.');
    expect(text).not.toContain('too short');
  });

  test('is a leak like any other', async () => {
    const result = await runChecked({
      workload: module('wrong_at_first', '?leaks'),
      operations: 500,
      warmup: { operations: 500 },
    });
    expect(result.outcome).toBe('violation');
    expect(result.verdict.violations[0].symptom).toBe('leak');
    expect(result.verdict.leakedFrames).toBe(1);
  });

  test('is an interruption like any other', async () => {
    const controller = new AbortController();
    const result = await runChecked({
      operations: 500,
      warmup: { durationMs: 20_000 },
      signal: controller.signal,
      onWarmup: ({ operations }) => void (operations > 0 && controller.abort()),
    });
    expect(result.outcome).toBe('interrupted');
    expect(result.warmup?.ended).toBe('cut off');
    expect(result.warmup?.operations).toBeGreaterThan(0);
    expect(result.totals.operations).toBe(0);
    expect(result.verdict.memoryReturned).toBe(true);
  });
});

describe('every report tells of it', () => {
  test('how much, how long, and whether it was steady', async () => {
    const result = await runChecked({ operations: 2000, warmup: { operations: 300 } });
    const count = result.warmup!.operations.toLocaleString('en');
    const said = new RegExp(
      `${count} operations in [\\d.]+ m?s, as asked \\(no worker was steady by then\\)`,
    );
    expect(terminal(result)).toMatch(said);
    expect(terminal(result)).toMatch(new RegExp(`operations \\(${count} of the warm-up\\) checked`));
    expect(markdownReport(result)).toMatch(
      new RegExp(`Warm-up: ${count} operations in [\\d.]+ m?s, as asked`),
    );
    expect(await htmlReport([result])).toMatch(said);
    expect(csvReport([result])).toContain(`warmupOperations,${result.warmup!.operations}`);
    expect(csvReport([result])).toContain('warmup,as asked');
  });

  test('and doubts figures that were to be steady and are not', async () => {
    const result = await runChecked({ operations: 2000, warmup: { operations: 300 } });
    const doubt = 'The workers were not steady yet when they began to be measured.';
    expect(terminal(result)).not.toContain(doubt);
    const unsteady: RunResult = { ...result, warmup: { ...result.warmup!, ended: 'not steady' } };
    expect(terminal(unsteady)).toContain(doubt);
    const cold = await runChecked({ operations: 2000, warmup: 'off' });
    expect(cold.warmup).toBeNull();
    expect(terminal(cold)).toContain('There was no warm-up, so the compiler is part of these figures.');
  });

  test('also of a result of before there was one, which cannot be compared with one that has it', async () => {
    const result = await runChecked({ operations: 500, warmup: 'off' });
    const { warmup: _, configuration, ...old } = result;
    const { warmup: __, ...oldConfiguration } = configuration;
    const written = { ...old, configuration: oldConfiguration } as unknown as RunResult;
    expect(errorsBy('result', written)).toEqual([]);
    const read = withLaterFields(written);
    expect(read).toEqual(result);
    const now = { ...configuration, warmup: 'steady' as const };
    const side = (of: RunResult['configuration']) => ({
      environment: result.environment,
      cells: [{ configuration: of }],
    });
    expect(differences(side(read.configuration), side(now))).toEqual(['warmup: "off" then, "steady" now']);
  });
});
