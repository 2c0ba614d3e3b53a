import { describe, expect, test } from 'vitest';
import { run } from '#src/lab/run/run.js';
import { interleaved } from '#src/lab/sweep/plan.js';
import { runSweep } from '#src/lab/sweep/run_sweep.js';

// What `run` refuses before it does anything: a wrong option that is let pass measures something else.

describe('run() refuses', () => {
  test.each<[what: string, given: unknown, message: RegExp]>([
    ['a text', 'churn', /^run\(\) takes an object of options, not "churn"$/],
    ['a number', 5, /not 5$/],
    ['null', null, /not null$/],
    ['a list', [], /not an array$/],
    ['an option in capitals', { Workers: 2 }, /^run\(\) has no option 'Workers'; did you mean 'workers'\?$/],
    ['a slip of a capital', { durationMS: 5 }, /did you mean 'durationMs'\?$/],
    ['a missing letter', { worker: 2 }, /did you mean 'workers'\?$/],
    ['what the command line calls it', { duration: 5 }, /did you mean 'durationMs'\?$/],
    [
      'what is nothing like any',
      { colour: 5 },
      /has no option 'colour'; there are workload, workloadParams, mix, workers, /,
    ],
    ['a number as text', { workers: '2' }, /workers is "2"; allowed: whole numbers from 1 to /],
    ['half a seed', { seed: 1.5 }, /seed is 1\.5; allowed: whole numbers from 0/],
    ['NaN', { durationMs: Number.NaN }, /durationMs is NaN; allowed: /],
    ['no time', { durationMs: 0 }, /durationMs is 0; allowed: /],
    [
      'an endless patience',
      { hangTimeoutMs: Number.POSITIVE_INFINITY },
      /hangTimeoutMs is Infinity; allowed/,
    ],
    ['no workload', { workload: '' }, /workload is ""; allowed: a text that is not empty/],
    ['a workload itself', { workload: {} }, /workload is an object; allowed: a text/],
    ['parameters of parameters', { params: { cache1: {} } }, /params is an object; allowed: /],
    ['a warm-up by a wrong word', { warmup: 'on' }, /warmup is "on"; allowed: 'steady', 'off', /],
    [
      'a warm-up of no time',
      { warmup: { durationMs: 0 } },
      /warmup is an object; allowed: 'steady', 'off', /,
    ],
    [
      'a warm-up of half an operation',
      { warmup: { operations: 0.5 } },
      /or \{ operations \}, a whole number/,
    ],
    ['a warm-up by both', { warmup: { operations: 5, durationMs: 5 } }, /warmup is an object; allowed/],
    ['a warm-up in other letters', { warmUp: 'off' }, /did you mean 'warmup'\?$/],
    ['half a delay', { injectDelay: { lock: 'global-pool' } }, /allowed: \{ lock, ns \}/],
    ['what is no signal', { signal: 1 }, /signal is 1; allowed: an AbortSignal/],
    ['what is no function', { onSample: 1 }, /onSample is 1; allowed: a function/],
    ['a device as a map', { map: '/dev/zero' }, /map '\/dev\/zero': must be a preset's name or a file/],
    ['a folder as a map', { map: '/tmp' }, /must be a preset's name or a file/],
    ['two bounds', { durationMs: 5, operations: 5 }, /give one of them, not both/],
    ['a lock of a wrong name', { lock: 'parc' }, /did you mean 'park'\?$/],
    ['a workload of a wrong name', { workload: 'chrun' }, /did you mean 'churn'\?$/],
  ])('%s', async (_, given, message) => {
    await expect(run(given as never)).rejects.toMatchObject({
      code: 'Usage',
      message: expect.stringMatching(message),
    });
  });
});

test('what is undefined counts as not given', async () => {
  const given = {
    workload: undefined,
    workers: 2,
    lock: undefined,
    signal: undefined,
    operations: 50,
    warmup: 'off' as const,
  };
  expect((await run({ ...given, memory: 16 * 2 ** 20 })).outcome).toBe('passed');
});

describe('a sweep refuses', () => {
  const sweep = { base: { seed: 1, operations: 10, warmup: 'off' }, axes: {}, repeat: 1 };
  test.each<[given: object, message: RegExp]>([
    [{ ...sweep, repeat: 0 }, /repeat is 0; allowed: whole numbers from 1/],
    [{ ...sweep, repeats: 3 }, /has no option 'repeats'; did you mean 'repeat'\?/],
    [{ ...sweep, axes: { locks: ['park'] } }, /axes has no option 'locks'; did you mean 'lock'\?/],
    [{ ...sweep, base: { ...sweep.base, Workers: 2 } }, /run\(\) has no option 'Workers'/],
  ])('%o', async (given, message) => {
    await expect(runSweep(given as never)).rejects.toMatchObject({
      code: 'Usage',
      message: expect.stringMatching(message),
    });
  });

  test('nothing that is right', () => {
    expect(interleaved(1, 1)).toHaveLength(1);
  });
});
