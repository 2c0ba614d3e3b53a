import { describe, expect, test } from 'vitest';
import { exitCodeOf } from '#src/cli/exit_codes.js';
import { run } from '#src/lab/run/run.js';
import type { RunOptions } from '#src/lab/run/run_options.js';
import { junitReport } from '#src/report/junit.js';
import { markdownReport } from '#src/report/markdown/run_markdown.js';
import { terminalReport } from '#src/report/text/run_text.js';
import type { RunResult } from '#src/results/run_result.js';
import { schemaErrors } from '../schemas.ts';

/** A result as other programs get it, of a run that does the same however long it takes. */
async function faulty(options: RunOptions): Promise<RunResult> {
  const usual: RunOptions = { workers: 3, operations: 1200, warmup: 'off', memory: 2 ** 24, seed: 7 };
  const result: RunResult = JSON.parse(JSON.stringify(await run({ ...usual, ...options })));
  expect(schemaErrors('result', result)).toEqual([]);
  return result;
}

function expectWhole(result: RunResult): void {
  expect(result.findings).toEqual([]);
  expect(result.outcome).toBe('passed');
  expect(exitCodeOf(result)).toBe(0);
  expect(result.verdict).toMatchObject({ leakedFrames: 0, memoryReturned: true, auditProblems: [] });
  expect(result.workers.map(({ state }) => state)).toEqual(result.workers.map(() => 'finished'));
}

describe.each(['buddy', 'bitmap'])('of each kind, with recovery, on %s', (allocator) => {
  test.each<[fault: string, locks: readonly string[]]>([
    ['kill-worker:1@400ops', []],
    ['kill-holder:1@global-pool:2', ['global-pool']],
    ['throw-in:1@global-pool:2', ['global-pool']],
    ['throw-in:1@alloc:100', []],
  ])('%s ends a thread, and the run goes on', async (fault, locks) => {
    const result = await faulty({ allocator, faults: [fault], recover: true });
    expectWhole(result);
    const [{ death, ...told }] = result.faults;
    expect(told).toMatchObject({ fault, state: 'happened', worker: 1 });
    expect(death).toMatchObject({ worker: 1, locks, framesOut: { frames: 0 }, refusal: null });
    expect(death?.message).toBe('worker exited with code: 87');
    expect(death?.recovery).toMatchObject({ replaced: true, locksBroken: locks });
    // Each has done what was asked for, whoever did it.
    for (const { operations } of result.workers) expect(operations).toBeGreaterThanOrEqual(1190);
  });
});

describe('faults that end no thread', () => {
  test('a worker stands still, and goes on', async () => {
    const result = await faulty({ faults: ['pause-worker:2@100ops+60ms'] });
    expectWhole(result);
    expect(result.faults[0]).toMatchObject({ state: 'happened', worker: 2, operation: 100, death: null });
    expect(result.faults[0].durationMs).toBeGreaterThanOrEqual(59);
  });

  test('allocations find no memory, of one worker and for so many operations', async () => {
    const result = await faulty({ faults: ['oom:1@100ops+50ops'] });
    expectWhole(result);
    const [fault] = result.faults;
    expect(fault).toMatchObject({ state: 'happened', worker: 1, operation: 100, death: null });
    expect(fault.refused).toBeGreaterThan(0);
    expect(fault.refused).toBeLessThanOrEqual(50);
    expect(result.workers.map(({ noMemory }) => noMemory)).toEqual([0, fault.refused, 0]);
  });

  test('without a number they are for all workers', async () => {
    const result = await faulty({ faults: ['oom@100ops+50ops'] });
    expectWhole(result);
    for (const { noMemory } of result.workers) expect(noMemory).toBeGreaterThan(0);
  });
});

describe('a time as the moment', () => {
  test('ends a thread wherever it is', async () => {
    const options = {
      durationMs: 1500,
      operations: undefined,
      faults: ['kill-worker:1@100ms'],
      recover: true,
    };
    const result = await faulty(options);
    expectWhole(result);
    expect(result.faults[0]).toMatchObject({ state: 'happened', worker: 1 });
    expect(result.faults[0].atMs).toBeGreaterThanOrEqual(100);
    expect(result.faults[0].death?.message).toBe('worker exited with code: 1');
  });
});

test('several at once, on one worker and on all, are all recovered from', async () => {
  const faults = [
    'kill-worker:0@200ops',
    'kill-worker:1@300ops',
    'kill-worker:1@700ops',
    'throw-in:2@dealloc:90',
  ];
  const result = await faulty({ faults, recover: true });
  expectWhole(result);
  expect(result.faults.map(({ operation, death }) => [operation, death?.worker])).toMatchObject([
    [200, 0],
    [300, 1],
    [700, 1],
    [expect.any(Number), 2],
  ]);
});

describe('without recovery', () => {
  test('a death ends the run: who, which lock, which frames', async () => {
    const result = await faulty({ faults: ['kill-holder:1@global-pool:6'], allocator: 'bitmap' });
    expect(result.outcome).toBe('crashed');
    expect(exitCodeOf(result)).toBe(5);
    const [{ death }] = result.faults;
    expect(death).toMatchObject({ worker: 1, locks: ['global-pool'], recovery: null });
    const out = death?.framesOut;
    expect(out?.frames).toBeGreaterThan(0);
    expect(out?.ranges.reduce((sum, { start, end }) => sum + end - start, 0)).toBe(out?.frames);
    // What was asked for is told from what is wrong.
    expect(result.verdict.violations).toEqual([]);
    expect(result.findings).toMatchObject([{ verdict: 'crash', blames: 'scenario', thread: 1 }]);
    expect(result.findings[0].message).toMatch(
      /^worker 1: its thread was ended by the injected fault kill-holder:1@global-pool:6 at its operation \d+ \(\S+\), holding lock global-pool; \d+ frames? \(.*\) stays? out of use$/,
    );
  });

  test.each(['terminal', 'Markdown', 'JUnit'])('%s says it', async (form) => {
    const result = await faulty({ faults: ['kill-worker:1@100ops'] });
    const text =
      form === 'terminal'
        ? terminalReport(result, { color: false, command: 'framelab' })
        : form === 'Markdown'
          ? markdownReport(result)
          : junitReport([result]);
    expect(text).toContain('its thread was ended by the injected fault kill-worker:1@100ops');
    expect(text).toContain('--fault kill-worker:1@100ops');
  });
});

describe('the same seed', () => {
  test('strikes the same worker at the same place', async () => {
    const options = { faults: ['kill-holder@global-pool', 'throw-in@dealloc'], recover: true, workers: 4 };
    const places = async (seed: number) =>
      (await faulty({ ...options, allocator: 'bitmap', seed })).faults.map((fault) => {
        const { worker, place, nth, moment, operation, operationKind } = fault;
        return { worker, place, nth, moment, operation, operationKind };
      });
    const [first, again, other] = [await places(3), await places(3), await places(4)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  test('is in the command that runs it again, with the faults', async () => {
    const result = await faulty({ faults: ['kill-worker@100ops'], recover: true });
    expect(result.rerun.slice(-3)).toEqual(['--fault', 'kill-worker@100ops', '--recover']);
    expect(result.configuration).toMatchObject({ faults: ['kill-worker@100ops'], recover: true });
  });
});

describe('a fault that shows nothing takes the word passed away', () => {
  test.each<[options: RunOptions, sentence: RegExp]>([
    [{ faults: ['kill-worker:1@9h'] }, /^fault kill-worker:1@32400s was not reached: the run measured for /],
    [
      { faults: ['kill-worker:1@90000ops'] },
      /^fault kill-worker:1@90000ops was not reached: worker 1 began only 12\d\d measured operations$/,
    ],
    [
      { faults: ['kill-holder:1@early-allocator'] },
      /was not reached: worker 1 took lock early-allocator 0 times, and it was to come at number \d+$/,
    ],
    [
      { faults: ['kill-worker@100ops'], recover: true, workers: 1 },
      /^fault kill-worker@100ops met the only worker: whether others go on beside a death was not shown$/,
    ],
  ])('%j', async (options, sentence) => {
    const result = await faulty(options);
    expect(result.outcome).toBe('unproved');
    expect(exitCodeOf(result)).toBe(4);
    expect(result.verdict.unproved).toEqual([expect.stringMatching(sentence)]);
  });
});

describe('what a run cannot have is refused', () => {
  test.each<[options: RunOptions, message: RegExp]>([
    [
      { faults: ['kill-holder@global-pol'] },
      /there is no lock 'global-pol'; the locks of allocator buddy .* global-pool; did you mean 'global-pool'\?$/,
    ],
    [
      { faults: ['throw-in@aloc'] },
      /'aloc' is neither an operation of workload churn \(alloc, dealloc, alloc-aligned\) nor a lock .*; did you mean 'alloc'\?$/,
    ],
    [{ faults: ['kill-worker:3@9ops'] }, /there is no worker 3; the workers are 0 to 2$/],
    [{ faults: ['pause-worker@9ops+11s'] }, /counts as hung; it must be below the hang timeout, 10000 ms$/],
    [{ recover: true }, /^recover: without a fault there is nothing to recover from$/],
    [{ faults: 'kill-worker@2s' as never }, /faults is "kill-worker@2s"; allowed: a list of faults/],
    [{ recover: 1 as never, faults: ['kill-worker@2s'] }, /recover is 1; allowed: true and false$/],
  ])('%j', async (options, message) => {
    await expect(run({ workers: 3, memory: 2 ** 24, ...options })).rejects.toMatchObject({
      code: 'Usage',
      message: expect.stringMatching(message),
    });
  });
});
