import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, onTestFailed, test } from 'vitest';
import { run } from '#src/lab/run/run.js';
import type { RunOptions } from '#src/lab/run/run_options.js';
import type { Settings } from '#src/report/advice/advice.js';
import { adviceOn } from '#src/report/advice/run_advice.js';
import type { RunResult } from '#src/results/run_result.js';
import { quiet } from './quiet.js';

// Real runs that are made to deserve a piece of advice: it comes first, and a run that follows it is better by what it
// counts. Times are those of a shared machine, so none is compared. Advice weighs what was measured, though, and a
// machine that stands still for a while can make a run deserve another piece: such a test takes new runs, twice.
const AGAIN = { retry: 2 };

const MiB = 2 ** 20;
const module = (name: string) => join(import.meta.dirname, 'modules', name);

const USUAL: RunOptions = {
  workload: 'churn',
  workers: 2,
  memory: 64 * MiB,
  operations: 20_000,
  warmup: { operations: 4000 },
  seed: 3,
};

const runs = new Map<string, Promise<RunResult>>();

/** One run of those options, quiet; made once, however many tests ask for it. */
function made(options: RunOptions): Promise<RunResult> {
  const key = JSON.stringify(options);
  const known = runs.get(key) ?? undisturbed({ ...USUAL, ...options });
  runs.set(key, known);
  onTestFailed(() => void runs.delete(key));
  return known;
}

/** A run in which other work did not stop the holder of a lock; the last of some, should it do so in each of them. */
async function undisturbed(options: RunOptions): Promise<RunResult> {
  let result = quiet(await run(options));
  for (let again = 0; again < 3 && wasStopped(result); again++) result = quiet(await run(options));
  return result;
}

/** The options of a run that follows advice. */
function follow(options: RunOptions, set: Settings): RunOptions {
  const followed: Record<string, unknown> = { ...USUAL, ...options };
  const params: Record<string, number | string | boolean> = { ...options.params };
  for (const [name, value] of Object.entries(set)) {
    if (name.startsWith('param ')) params[name.slice('param '.length)] = Number(value);
    else if (name === 'inject-delay') delete followed.injectDelay;
    else if (value === null) delete followed[name];
    else if (name === 'workers' || name === 'operations') followed[name] = Number(value);
    else if (name === 'memory') followed[name] = Number(value.replace('MiB', '')) * MiB;
    else followed[name] = value;
  }
  return { ...followed, params };
}

const counter = (name: string) => (result: RunResult) => result.allocator.counters[name];
const acquisitions = ({ locks, totals }: RunResult) =>
  locks.reduce((sum, lock) => sum + lock.total.acquisitions, 0) / totals.operations;
const contended = ({ locks }: RunResult) =>
  locks.reduce((sum, lock) => sum + lock.total.contended, 0) /
  locks.reduce((sum, lock) => sum + lock.total.acquisitions, 0);

/** Waits or holds as long as time slices, although there was a core for each worker. */
function wasStopped({ configuration, locks }: RunResult): boolean {
  return (
    !configuration.oversubscribed &&
    locks.some(({ total: { wait, hold } }) => Math.max(wait.maxNs, hold.maxNs) > 1e6)
  );
}

interface Deserves {
  readonly what: string;
  readonly options: RunOptions;
  readonly set: Settings;
  /** What a run that follows the advice has at most this share of. */
  readonly less?: { readonly of: (result: RunResult) => number; readonly share: number };
}

const CASES: readonly Deserves[] = [
  {
    what: 'one lock around everything',
    options: { allocator: 'global-buddy' },
    set: { allocator: 'buddy' },
    less: { of: acquisitions, share: 1 / 10 },
  },
  {
    what: 'a bitmap that is searched under one lock',
    options: { allocator: 'bitmap' },
    set: { allocator: 'buddy' },
    less: { of: acquisitions, share: 1 / 10 },
  },
  {
    what: 'a queue of more workers than cores',
    options: {
      workers: 8,
      lock: 'ticket',
      allocator: 'global-buddy',
      operations: 300,
      warmup: { operations: 50 },
    },
    set: { lock: 'park' },
    less: { of: contended, share: 3 / 4 },
  },
  {
    what: 'pools that hold no large block',
    options: { params: { localOrders: 3 } },
    set: { 'param localOrders': '18' },
    less: { of: acquisitions, share: 1 / 5 },
  },
  {
    what: 'pools that fetch and keep next to nothing',
    options: { params: { expectedPortion: 1024, maximalMultiplier: 1, keepFrames: 0 } },
    set: { 'param expectedPortion': '2', 'param maximalMultiplier': '2', 'param keepFrames': '256' },
    less: { of: acquisitions, share: 1 / 2 },
  },
  {
    what: 'caches of two blocks',
    options: { workload: 'mstress', params: { cache1: 2, cache2: 2, cache3: 2, cache4: 2 } },
    set: { 'param cache1': '128', 'param cache2': '64', 'param cache3': '32', 'param cache4': '32' },
    less: { of: counter('cacheRefills'), share: 1 / 4 },
  },
  {
    what: 'no caches for blocks of 5 frames and more',
    options: { memory: 256 * MiB, params: { cacheLarge: 0 } },
    set: { 'param cacheLarge': '8' },
    less: { of: counter('poolAllocs'), share: 3 / 4 },
  },
  {
    what: 'a working set that is larger than the memory',
    options: { workload: module('holds_5000.mjs'), memory: 16 * MiB, oracle: 'off' },
    set: { memory: '32MiB' },
    less: { of: ({ totals }) => totals.noMemory, share: 0 },
  },
  {
    what: 'the full oracle',
    options: { oracle: 'full', operations: 30_000 },
    set: { oracle: 'off' },
    less: { of: ({ verdict }) => verdict.operationsChecked, share: 0 },
  },
  {
    what: 'a delay that is injected',
    options: {
      allocator: 'global-buddy',
      operations: 5000,
      injectDelay: { lock: 'global-pool', ns: 20_000 },
    },
    set: { 'inject-delay': null },
  },
  {
    what: 'every hold timed',
    options: {
      workload: 'ktest',
      workers: 1,
      allocator: 'global-buddy',
      stats: 'full',
      operations: 300_000,
      warmup: { operations: 200_000 },
    },
    set: { stats: 'sampled' },
    less: { of: (result) => result.locks[1].total.hold.count, share: 1 / 4 },
  },
  { what: 'no warm-up', options: { warmup: 'off' }, set: { warmup: null } },
  { what: 'too few operations', options: { operations: 100 }, set: { operations: '200000' } },
  {
    what: 'an allocator that knows what helps it',
    options: {
      workload: module('waves.mjs'),
      allocator: module('batches.mjs'),
      params: { batch: 2 },
    },
    set: { 'param batch': '64' },
    less: { of: acquisitions, share: 1 / 4 },
  },
];

describe.each(CASES)('$what', ({ options, set, less }) => {
  test('gets the advice that fits, first', AGAIN, async () => {
    const result = await made(options);
    const advice = adviceOn(result);
    const [first, ...others] = advice.filter((each) => each.advice !== null).map((each) => each.set);
    // Where other work stopped the holders of locks, or a worker amid a phase, other pieces may well come first: they did cost more.
    const may = wasStopped(result) ? [first, ...others] : [first];
    expect(may, JSON.stringify(advice, null, 1)).toContainEqual(set);
  });

  test('is better where it is followed', AGAIN, async () => {
    const before = await made(options);
    const { finding } = adviceOn(before).find((each) => isDeepStrictEqual(each.set, set))!;
    const after = await made(follow(options, set));
    expect(after.outcome).toBe('passed');
    expect(adviceOn(after).map((each) => each.finding)).not.toContain(finding);
    if (less !== undefined) {
      expect(less.of(before)).toBeGreaterThan(0);
      expect(less.of(after)).toBeLessThanOrEqual(less.of(before) * less.share);
    }
  });
});

describe('nothing stands out', () => {
  test.each([
    ['churn', {}],
    ['ktest', {}],
    ['refcount', {}],
    ['sh6bench', {}],
    ['mstress', {}],
    ['fragment', { allocator: 'global-buddy' }],
  ] as const)('of one worker with %s', AGAIN, async (workload, options) => {
    const advice = adviceOn(await made({ workload, workers: 1, operations: 50_000, ...options }));
    expect(advice.map(({ finding }) => finding)).toEqual(['Nothing stands out.']);
  });
});
