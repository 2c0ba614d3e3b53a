import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { probeModules } from '#src/lab/run/probe.js';
import { run } from '#src/lab/run/run.js';
import { framelab } from '../cli/framelab.ts';

// Modules of a user that cannot be used: named and bounded, whatever they do, and never on the main thread.

const MODULES = resolve(import.meta.dirname, 'modules');
const address = (name: string, how: string) => `${pathToFileURL(`${MODULES}/${name}.mjs`).href}?${how}`;
const MEMORY = 16 * 2 ** 20;

describe('a workload module that misbehaves is refused by name', () => {
  test.each([
    ['exit@import', /loading workload .* called process\.exit\(0\), at misbehave/],
    ['never@import', /loading workload .* never comes to its end: it awaits what nothing is left to settle/],
    ['null@import', /workload module .* cannot be loaded: null was thrown/],
    ['error@import', /workload module .* cannot be loaded: thrown on purpose/],
    ['rejection@import', / failed: rejected on purpose/],
    ['timer@import', / failed: thrown in a timer/],
    ['exit@sharedWords', /sharedWords\(\) of workload .* called process\.exit\(0\)/],
    ['null@sharedWords', /its sharedWords\(2\) threw: null was thrown/],
    ['number@sharedWords', /its sharedWords\(2\) is -1; it must be a whole number from 0/],
    ['huge@sharedWords', /its sharedWords\(2\) is 1000000000000000; it must be/],
    ['text@sharedWords', /its sharedWords\(2\) is "many"; it must be/],
  ])('%s', async (how, message) => {
    const options = { workload: address('misbehaves', how), workers: 2, memory: MEMORY, durationMs: 100 };
    await expect(run(options)).rejects.toMatchObject({
      code: 'Usage',
      message: expect.stringMatching(message),
    });
  });

  test('also where it never ends', async () => {
    const hung = ['loop@import', 'idle@import', 'loop@sharedWords'].map((how) =>
      probeModules({ workload: address('misbehaves', how), workers: 2, memory: MEMORY }, { timeoutMs: 1500 }),
    );
    for (const [i, end] of (await Promise.allSettled(hung)).entries()) {
      const what = i === 2 ? /^sharedWords\(\) of workload/ : /^loading workload/;
      expect(end).toMatchObject({
        status: 'rejected',
        reason: { code: 'Usage', message: expect.stringMatching(what) },
      });
      expect((end as PromiseRejectedResult).reason.message).toContain('does not end: given up after 1.5 s');
    }
  });

  test('also where it eats all memory', async () => {
    const options = { workload: address('misbehaves', 'memory@import'), workers: 2, memory: MEMORY };
    await expect(probeModules(options, { heapMb: 64 })).rejects.toMatchObject({
      code: 'Usage',
      message: expect.stringMatching(
        /loading workload .* failed: Worker terminated due to reaching memory limit/,
      ),
    });
  });
});

describe('an allocator whose boot misbehaves', () => {
  test.each([
    ['throw', /the boot with allocator .* threw: TypeError: no attach today\n\s+at /],
    ['exit', /the boot with allocator .* called process\.exit\(0\)/],
    ['loop', /the boot with allocator .* does not end: given up after 1.5 s/],
  ])('%s', async (how, message) => {
    const options = { allocator: `${MODULES}/boots_badly_${how}.mjs`, memory: MEMORY, durationMs: 100 };
    await expect(probeModules(options, { timeoutMs: 1500 })).rejects.toMatchObject({
      code: 'Usage',
      message: expect.stringMatching(message),
    });
  });
});

test('a module that is sound is tried once, and then used', async () => {
  const workload = address('misbehaves', 'nothing@all');
  const result = await run({ workload, workers: 2, memory: MEMORY, durationMs: 100 });
  expect(result.outcome).toBe('passed');
});

describe('from the command line', () => {
  test.each([
    ['run', 'exit@import', 2],
    ['compare', 'exit@import', 2],
    ['run', 'never@import', 2],
    ['run', 'error@step', 5],
  ] as const)('%s %s ends with %d and a word', async (command, how, code) => {
    const more =
      command === 'compare' ? ['--lock', 'park,mcs', '--repeat', '1'] : ['-d', '100ms', '--warmup', 'off'];
    const ended = await framelab([command, address('misbehaves', how), '-w', '2', '-q', ...more]);
    expect(ended.code).toBe(code);
    expect(ended.stdout + ended.stderr).toMatch(
      how === 'error@step' ? /worker 1: thrown on purpose/ : /^framelab (run|compare): loading workload/,
    );
  });

  test.each(['exit', 'never', 'timer'])('what only the main thread meets is no success: %s', async (how) => {
    const ended = await framelab([
      'run',
      address('main_only', how),
      '-w',
      '2',
      '-q',
      '-d',
      '1s',
      '--warmup',
      'off',
    ]);
    expect(ended.code).toBe(5);
    expect(ended.stderr).toMatch(
      how === 'timer' ? /an error that nobody caught: Error: on the main thread/ : /was ended with exit code/,
    );
  });
});
