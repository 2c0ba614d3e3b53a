import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buddyParams } from '#src/allocators/buddy/params.js';
import { REMEDIES } from '#src/report/advice/remedies.js';
import { adviceOn } from '#src/report/advice/run_advice.js';
import type { RunResult } from '#src/results/run_result.js';

// Advice that names an allocator's parameters: only to those who use it, and only parameters that it has.

const run: RunResult = JSON.parse(readFileSync(join(import.meta.dirname, 'golden/run.json'), 'utf8'));

/** The same run, with everything that an allocator's parameters may help against. */
function troubled(allocator: string): RunResult {
  const { midRun, counters } = run.allocator;
  const perCpu = midRun!.perCpu.map(() => ({ cacheBytes: 2 ** 22, poolBytes: 2 ** 22 }));
  const trouble = {
    cacheRefills: 20_000,
    poolAllocs: 30_000,
    noMemory: 9,
    noMemoryThoughFree: 5,
    reclaims: 7,
  };
  const locks = run.locks.map((lock) => ({
    ...lock,
    total: { ...lock.total, acquisitions: lock.total.acquisitions * 1000 },
  }));
  return {
    ...run,
    locks,
    configuration: { ...run.configuration, allocator },
    allocator: {
      ...run.allocator,
      name: allocator,
      midRun: { ...midRun!, perCpu },
      counters: { ...counters, ...trouble },
    },
  };
}

const wordsTo = (allocator: string) =>
  new Map(adviceOn(troubled(allocator)).map(({ finding, advice }) => [finding, advice ?? '']));

test('users of buddy are told which of its parameters to set', () => {
  const words = wordsTo('buddy');
  for (const [finding, parameter] of [
    ['global-pool is taken very often.', 'keepFrames=4096'],
    ['Many allocations go past the per-CPU caches.', 'cache1=256'],
    ['Allocations failed though enough memory was free.', 'cache1=32'],
    ['Free memory is stranded in CPUs that do not need it.', 'keepFrames=16'],
  ]) {
    expect(words.get(finding), finding).toContain(`${parameter}`);
  }
});

test.each(['global-buddy', 'constructor', '/home/me/my_allocator.js'])('users of %s are not', (allocator) => {
  const words = wordsTo(allocator);
  expect(words.get('Allocations failed though enough memory was free.')).toBe('requests of fewer frames.');
  expect(words.get('global-pool is taken very often.')).toContain('--allocator buddy');
  expect([...words.values()].filter((text) => text.includes('--param'))).toEqual([]);
});

test('every parameter that is named is one of buddy’s, and its value is allowed', () => {
  let named = 0;
  for (const text of Object.values(REMEDIES.buddy)) {
    for (const [, name, value] of text.matchAll(/--param (\w+)=(\d+)/g)) {
      named++;
      buddyParams({ cpus: 2, frames: 65_536, params: { [name]: Number(value) } });
    }
  }
  expect(named).toBe(7);
});
