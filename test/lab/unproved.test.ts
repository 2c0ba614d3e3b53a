import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { exitCodeOf } from '#src/cli/exit_codes.js';
import { run } from '#src/lab/run/run.js';
import type { RunOptions } from '#src/lab/run/run_options.js';
import { csvReport } from '#src/report/csv.js';
import { junitReport } from '#src/report/junit.js';
import { markdownReport } from '#src/report/markdown/run_markdown.js';
import { githubSummary } from '#src/report/markdown/step_summary.js';
import { terminalReport } from '#src/report/text/run_text.js';
import type { RunResult } from '#src/results/run_result.js';
import { framelab } from '../cli/framelab.ts';

// Runs that come to their end without having done what could prove anything.

const MODULES = resolve(import.meta.dirname, 'modules');

function runModule(name: string, options: RunOptions = {}): Promise<RunResult> {
  return run({
    workload: `${MODULES}/${name}.mjs`,
    workers: 2,
    seed: 3,
    durationMs: options.operations === undefined ? 200 : undefined,
    memory: 16 * 2 ** 20,
    warmup: 'off',
    ...options,
  });
}

describe('a run that proves nothing does not pass', () => {
  test.each([
    ['counts_nothing', /^no operation was counted: the workers made \d+ steps? and began none$/],
    ['no_kinds', /^no operation was counted: the workload has no kinds of operations/],
    ['never_ends', /^no operation was ended: the workers began \d+ in \d+ steps?$/],
    [
      'unknown_kind',
      /^worker [01] counted operations of kind 99, and the workload has 0 'op': they are in no figure$/,
    ],
    ['one_idle', /^worker 1 did no operation/],
  ])('%s', async (name, sentence) => {
    const result = await runModule(name);
    expect(result.outcome).toBe('unproved');
    expect(exitCodeOf(result)).toBe(4);
    expect(result.complete).toBe(true);
    expect(result.verdict.unproved.some((text) => sentence.test(text))).toBe(true);
  });

  test('and every report says so, none in green', async () => {
    const result = await runModule('counts_nothing');
    const [sentence] = result.verdict.unproved;
    const terminal = terminalReport(result, { color: false, command: 'framelab' });
    expect(terminal).toContain(`nothing is proved: ${sentence}`);
    expect(terminal).not.toMatch(/^ {2}passed$/m);
    expect(markdownReport(result)).toContain(sentence);
    expect(githubSummary(result)).toContain('unproved');
    expect(githubSummary(result)).not.toContain('✅');
    expect(csvReport([result])).toContain('outcome,unproved');
    expect(csvReport([result])).toContain(`unproved,${sentence}`);
    const junit = junitReport([result]);
    expect(junit).toMatch(/failures="1"/);
    // Nothing was checked, so the case about it is not green either.
    expect(junit).toMatch(/name="no frame was handed out twice[^>]*>\s*<skipped/);
  });

  test('from the command line, and in a sweep, it is exit code 4', async () => {
    const common = [`${MODULES}/counts_nothing.mjs`, '-w', '2', '-d', '100ms', '--warmup', 'off', '-q'];
    const [once, sweep] = await Promise.all([
      framelab(['run', ...common]),
      framelab(['run', ...common, '--repeat', '2']),
    ]);
    expect([once.code, sweep.code]).toEqual([4, 4]);
    expect(sweep.stdout).toContain('2 of 2 runs did not pass');
  });
});

describe('operations that are never reached', () => {
  test('end a run that began none, by name', async () => {
    const result = await runModule('counts_nothing', { operations: 5, hangTimeoutMs: 300 });
    expect(result.outcome).toBe('unproved');
    expect(result.verdict.unproved.join()).toMatch(
      /so that the 5 of each that were asked for are never reached/,
    );
    expect(result.verdict.memoryReturned).toBe(true);
  });

  test('are a hang where workers did some and then ceased', async () => {
    const result = await runModule('stops_counting', { operations: 1000, hangTimeoutMs: 300 });
    expect(result.outcome).toBe('hung');
    expect(exitCodeOf(result)).toBe(5);
    expect(result.totals.operations).toBe(20);
    expect(result.verdict.hang?.workers.length).toBe(2);
    expect(result.verdict.hang?.message).toContain('the 1000 of each that were asked for are never reached');
  });

  test('are reached where every operation is begun and none ended: that is told of the end', async () => {
    const result = await runModule('never_ends', { operations: 1000 });
    expect(result.outcome).toBe('unproved');
  });
});

test('a worker that only waits for others counts it as a composite kind, and proves enough', async () => {
  const result = await run({
    workload: 'pressure-idle',
    workers: 2,
    durationMs: 400,
    warmup: 'off',
    memory: 16 * 2 ** 20,
  });
  expect(result.verdict.unproved).toEqual([]);
  expect(result.outcome).toBe('passed');
});

describe('an error outside of a worker’s steps fails the run by the worker’s name', () => {
  test.each([
    ['rejection@start', 'left a rejection unhandled: rejected on purpose'],
    ['rejection@step', 'left a rejection unhandled: rejected on purpose'],
    ['rejection@finish', 'left a rejection unhandled: rejected on purpose'],
    ['timer@start', 'threw in a timer or a callback: thrown in a timer'],
    ['timer@step', 'threw in a timer or a callback: thrown in a timer'],
    ['microtask@step', 'threw in a timer or a callback: null was thrown'],
    ['own@step', 'left a rejection unhandled: OwnError'],
    ['null@step', 'null was thrown'],
    ['error@start', 'thrown on purpose'],
    ['error@finish', 'thrown on purpose'],
    ['exit@step', 'worker exited with code: 0'],
    ['exit@finish', 'worker exited with code: 0'],
  ])('%s', async (how, message) => {
    const result = await run({
      workload: `${pathToFileURL(`${MODULES}/misbehaves.mjs`).href}?${how}`,
      workers: 2,
      durationMs: 200,
      warmup: 'off',
      memory: 16 * 2 ** 20,
    });
    expect(result.outcome).toBe('crashed');
    expect(exitCodeOf(result)).toBe(5);
    expect(result.workers[1]).toMatchObject({ state: 'crashed', message });
    if (!how.startsWith('null') && !how.startsWith('exit') && !how.startsWith('microtask')) {
      expect(result.workers[1].stack).toContain('misbehaves.mjs');
      expect(terminalReport(result, { color: false, command: 'framelab' })).toContain('misbehaves.mjs');
    }
    // What a crash leaves behind is not known, and nothing of it is green.
    expect(result.verdict.leakedFrames).toBeNull();
    expect(result.verdict.memoryReturned).toBeNull();
    expect(junitReport([result])).toMatch(/name="no frame was handed out twice[^>]*>\s*<skipped/);
    expect(terminalReport(result, { color: false, command: 'framelab' })).toContain('leaked frames: unknown');
  });

  test('an error that a lock throws while it is held names the lock', async () => {
    for (const allocator of ['buddy', 'global-buddy', 'bitmap']) {
      const result = await run({
        allocator,
        lock: `${MODULES}/throws_in_lock.mjs`,
        stats: 'off',
        workers: 2,
        durationMs: 8000,
        warmup: 'off',
        memory: 16 * 2 ** 20,
      });
      expect(result.outcome).toBe('violation');
      expect(result.verdict.violations[0].message).toMatch(/boom, holding lock [\w-]+/);
    }
  });

  test('frames that a dead worker holds are no leak of none', async () => {
    const result = await run({
      allocator: resolve(import.meta.dirname, '../planted/dies_holding.js'),
      workers: 2,
      durationMs: 10_000,
      warmup: 'off',
    });
    expect(result.verdict.leakedFrames).toBeNull();
    const out = result.verdict.framesAllocated - result.verdict.framesFreed;
    const text = terminalReport(result, { color: false, command: 'framelab' });
    expect(text).toMatch(
      new RegExp(`by the oracle’s books ${out.toLocaleString('en')} frames? of .* were not freed by then`),
    );
  });
});
