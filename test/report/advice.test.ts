import { describe, expect, test } from 'vitest';
import { buddyParams } from '#src/allocators/buddy/params.js';
import type { Settings } from '#src/report/advice/advice.js';
import { adviceOn } from '#src/report/advice/run_advice.js';
import { requireSchema } from '#src/results/schema_check.js';
import { calmRun, OPERATIONS, type Trouble } from './calm_run.js';

// Results made to deserve a piece of advice, and some that deserve none. Real runs are in advice_runs.test.ts.

/** Waits that are `percent` of two workers' 2 s each. */
const waits = (percent: number, rest: { avgNs?: number; maxNs?: number } = {}) => ({
  totalNs: percent * 4e7,
  avgNs: 1000,
  maxNs: 50_000,
  ...rest,
});

const OFTEN = { acquisitions: OPERATIONS, contended: OPERATIONS / 5 };
const HELD_BACK = {
  counters: { noMemory: 50_000, noMemoryThoughFree: 50_000, reclaims: 60_000 },
  poolBytes: 25e6,
};
const latency = (p999Ns: number) => ({
  samples: 5000,
  p50Ns: 200,
  p99Ns: 900,
  p999Ns,
  maxNs: p999Ns,
  meanNs: 2000,
  histogram: [],
});

interface Deserves extends Trouble {
  readonly what: string;
  /** What the first advice sets, or words of it. */
  readonly first: Settings | string;
}

const CASES: readonly Deserves[] = [
  {
    what: 'a lock that all operations take, with caches as usual',
    lock: { total: { ...OFTEN, wait: waits(9) } },
    first: { 'param cache1': '512', 'param keepFrames': '1024' },
  },
  {
    what: 'the same with caches as large as can be',
    configuration: { params: { cache1: 4095, keepFrames: 2 ** 16 } },
    lock: { total: { ...OFTEN, wait: waits(9) } },
    first: 'fewer, larger requests',
  },
  {
    what: 'caches that miss all the time, beside a lock that costs less',
    configuration: { lock: 'tas' },
    counters: { poolAllocs: 900_000, poolDeallocs: 5e6, cacheRefills: 400_000 },
    lock: { total: { acquisitions: 90_000, contended: 40_000, handOvers: 45_000, wait: waits(5) } },
    first: {
      'param cache1': '512',
      'param cache2': '256',
      'param cache3': '128',
      'param cache4': '128',
      'param cacheLarge': '32',
    },
  },
  {
    what: 'memory that idle CPUs keep',
    counters: { reclaims: 60_000 },
    poolBytes: 25e6,
    first: {
      'param cache1': '32',
      'param cache2': '16',
      'param cache3': '8',
      'param cache4': '8',
      'param keepFrames': '64',
    },
  },
  {
    what: 'the same where keepFrames was set too high',
    configuration: { params: { keepFrames: 4096 } },
    counters: { reclaims: 60_000 },
    poolBytes: 25e6,
    first: { 'param keepFrames': '256' },
  },
  {
    what: 'allocations that fail while others keep memory',
    configuration: { params: { keepFrames: 4096 } },
    ...HELD_BACK,
    first: { 'param keepFrames': '256' },
  },
  {
    what: 'allocations that fail for pieces, with an allocator that knows what helps',
    configuration: { allocator: '/home/me/mine.js' },
    counters: { noMemory: 50_000, noMemoryThoughFree: 50_000 },
    allocator: {
      remedies: [{ against: 'memory in pieces', params: { fit: 'best' }, effect: 'which splits less' }],
    },
    first: { 'param fit': 'best' },
  },
  {
    what: 'allocations that fail for pieces, and nothing that helps',
    counters: { noMemory: 50_000, noMemoryThoughFree: 50_000 },
    first: 'requests of fewer frames',
  },
  {
    what: 'memory that is full',
    counters: { noMemory: 50_000 },
    first: { memory: '512MiB' },
  },
  {
    what: '48 workers on two cores',
    configuration: { workers: 48 },
    lock: { total: { contended: 90, wait: waits(200, { avgNs: 5e6, maxNs: 20e6 }) } },
    first: { workers: '2' },
  },
  {
    what: '48 workers on two cores that want a ticket lock',
    configuration: { workers: 48, lock: 'ticket' },
    lock: { total: { ...OFTEN, wait: waits(2000, { avgNs: 5e6, maxNs: 20e6 }) } },
    first: { lock: 'park' },
  },
  {
    what: '8 workers on two cores that spin',
    configuration: { workers: 8, lock: 'ttas' },
    lock: { total: { contended: 90, wait: waits(20, { avgNs: 5e5, maxNs: 20e6 }) } },
    first: { workers: '2' },
  },
  {
    what: 'spinning for holders that were preempted',
    configuration: { lock: 'ttas-backoff' },
    lock: { total: { contended: 9, wait: waits(5, { avgNs: 4e6, maxNs: 9e6 }) } },
    first: { lock: 'park' },
  },
  {
    what: 'sleeping for holders that were preempted',
    lock: { total: { contended: 9, wait: waits(5, { avgNs: 4e6, maxNs: 9e6 }) } },
    first: 'a quieter machine',
  },
  {
    what: 'a lock that wanders between two workers',
    configuration: { lock: 'tas' },
    lock: { total: { acquisitions: 90_000, contended: 40_000, handOvers: 45_000, wait: waits(5) } },
    first: { lock: 'park' },
  },
  {
    what: 'a lock that one of two workers hardly gets',
    lock: { fairness: 0.6, total: { acquisitions: 90_000, contended: 40_000, wait: waits(5) } },
    first: { lock: 'mcs' },
  },
  {
    what: 'a lock that is held most of the time',
    lock: { utilisationPercent: 90, total: { acquisitions: 90_000, contended: 40_000, wait: waits(5) } },
    first: 'do less while it is held',
  },
  {
    what: 'a few long holds',
    lock: {
      total: { acquisitions: 90_000, contended: 40_000, wait: waits(5), hold: { p99Ns: 90_000, maxNs: 2e5 } },
    },
    first: 'smaller batches',
  },
  {
    what: 'an oracle that costs as much as the operations',
    result: (run) => ({ ...run, overhead: { ...run.overhead, oracleNs: 2000 } }),
    first: { oracle: 'off' },
  },
  {
    what: 'a delay of a lock that is held long for it',
    configuration: { injectDelay: { lock: 'global-pool', ns: 50_000 } },
    lock: {
      utilisationPercent: 90,
      total: {
        acquisitions: 40_000,
        contended: 20_000,
        wait: waits(40, { avgNs: 80_000 }),
        hold: { p50Ns: 50_000 },
      },
    },
    first: { 'inject-delay': null },
  },
  {
    what: 'operations that cost less than counting them',
    result: (run) => ({ ...run, totals: { ...run.totals, operations: 400e6 } }),
    first: 'without the lab’s own work',
  },
  {
    what: 'workers that were not steady in 5 s',
    result: (run) => ({ ...run, warmup: { ...run.warmup!, ended: 'not steady' } }),
    first: { warmup: '10s' },
  },
  {
    what: 'a warm-up that was asked for and too short',
    result: (run) => ({
      ...run,
      rerun: [...run.rerun, '--warmup', '100'],
      warmup: {
        ...run.warmup!,
        ended: 'as asked',
        workers: run.warmup!.workers.map((worker) => ({ ...worker, steady: false })),
      },
    }),
    first: { warmup: null },
  },
  {
    what: 'a run of 500 operations in a time',
    result: (run) => ({ ...run, totals: { ...run.totals, operations: 500 } }),
    first: { duration: '5s' },
  },
  {
    what: 'a machine that others used',
    result: (run) => ({
      ...run,
      environment: { ...run.environment, load: [9, 9, 9] },
      durations: { ...run.durations, cpuMs: 900 },
    }),
    first: '--metric cpu-throughput',
  },
  {
    what: 'pauses that no lock explains',
    result: (run) => ({
      ...run,
      operations: run.operations.map((kind) => ({ ...kind, latency: latency(3e6) })),
    }),
    first: '--trace-gc',
  },
];

describe('the first advice fits:', () => {
  test.each(CASES)('$what', ({ first, what: _what, ...trouble }) => {
    const result = calmRun(trouble);
    requireSchema('made', result, 'result');
    const advice = adviceOn(result);
    const told = advice.find((each) => each.advice !== null);
    if (typeof first === 'string') expect(told?.advice, JSON.stringify(advice, null, 1)).toContain(first);
    else expect(told?.set, JSON.stringify(advice, null, 1)).toEqual(first);
  });
});

test('faults that were injected come first, and waits for those that they stopped are no cost of the lock', () => {
  const trouble: Trouble = {
    configuration: { oversubscribed: true, workers: 4, faults: ['kill-worker@5000ops'] },
    lock: { total: { ...OFTEN, wait: waits(9, { maxNs: 3e8 }) } },
  };
  const stopped = 'Workers wait for holders that are not running.';
  const without = calmRun(trouble);
  expect(adviceOn(without).map(({ finding }) => finding)).toContain(stopped);
  const fault = {
    kind: 'kill-worker',
    state: 'happened',
    death: {},
  } as unknown as (typeof without.faults)[0];
  const advice = adviceOn({ ...without, faults: [fault] });
  expect(advice[0]).toMatchObject({ finding: '1 fault was injected, 1 worker died.', set: { fault: null } });
  expect(advice.map(({ finding }) => finding)).not.toContain(stopped);
  const unmet = adviceOn({ ...without, faults: [{ ...fault, state: 'not reached' }] });
  expect(unmet.map(({ finding }) => finding)).toContain(stopped);
});

describe('nothing stands out where', () => {
  test.each<[string, Trouble]>([
    ['all is well', {}],
    [
      'a spin lock is hardly contended',
      { configuration: { lock: 'tas' }, lock: { total: { contended: 50, handOvers: 900 } } },
    ],
    [
      'a few waits met a preempted holder',
      { lock: { total: { contended: 2, wait: waits(0.4, { avgNs: 8e6, maxNs: 9e6 }) } } },
    ],
    ['48 workers do not meet', { configuration: { workers: 48 } }],
    [
      'blocks are larger than any that a cache holds',
      { counters: { poolAllocs: 400_000, cacheRefills: 900 } },
    ],
    ['CPUs keep memory that nobody asks for', { poolBytes: 25e6, counters: { reclaims: 1 } }],
    [
      'the workload fills the memory on purpose',
      {
        counters: { noMemory: 300_000, noMemoryThoughFree: 300_000, reclaims: 300_000 },
        lock: { total: { acquisitions: OPERATIONS } },
        result: (run) => ({ ...run, memory: { ...run.memory, filledOnPurpose: true } }),
      },
    ],
  ])('%s', (_what, trouble) => {
    const advice = adviceOn(calmRun(trouble));
    expect(advice.map(({ finding }) => finding)).toEqual(['Nothing stands out.']);
  });
});

describe('with every trouble at once', () => {
  const PARAMS: readonly Readonly<Record<string, number>>[] = [
    {},
    { cache1: 512, keepFrames: 4096 },
    { cache1: 32, keepFrames: 16 },
    { localOrders: 3 },
    { cache1: 2 },
  ];
  const runs = ['tas', 'ttas', 'ttas-backoff', 'ticket', 'mcs', 'park'].flatMap((lock) =>
    [1, 2, 8, 48].flatMap((workers) =>
      [
        ...PARAMS.map((params) => ({ allocator: 'buddy', params })),
        { allocator: 'global-buddy', params: {} },
      ].map((choice) => ({ lock, workers, ...choice })),
    ),
  );
  const made = (configuration: (typeof runs)[number]) =>
    calmRun({
      configuration,
      ...HELD_BACK,
      counters: {
        reclaims: 60_000,
        noMemory: 100,
        noMemoryThoughFree: 90,
        poolAllocs: 400_000,
        cacheRefills: 200_000,
      },
      lock: {
        fairness: 0.5,
        utilisationPercent: 80,
        total: {
          ...OFTEN,
          handOvers: OPERATIONS / 2,
          wait: waits(60, { avgNs: 4e5, maxNs: 9e6 }),
          hold: { p99Ns: 9e6, maxNs: 9e6 },
        },
      },
    });
  /** All options in the texts: `name=value`, parameters among them. */
  const named = (texts: readonly string[]) =>
    texts.flatMap((text) => [
      ...Array.from(text.matchAll(/--(workers|lock|allocator|memory) (\S+?)[,.;]/g), ([, name, value]) => [
        name,
        value,
      ]),
      ...Array.from(text.matchAll(/--param (\w+)=(\d+)/g), ([, name, value]) => [name, value]),
    ]);

  test('nothing is advised that is in use, and no two pieces of advice contradict', () => {
    let seen = 0;
    for (const configuration of runs) {
      const texts = adviceOn(made(configuration)).map(({ advice }) => advice ?? '');
      const { lock, workers, allocator, params } = configuration;
      const inUse: Record<string, unknown> = { lock, workers, allocator, ...params };
      const values = new Map<string, string>();
      for (const [name, value] of named(texts)) {
        seen++;
        const where = `${JSON.stringify(configuration)}: ${texts.join(' ')}`;
        expect(`${inUse[name]}`, where).not.toBe(value);
        expect(values.get(name) ?? value, where).toBe(value);
        values.set(name, value);
      }
    }
    expect(seen).toBeGreaterThan(runs.length);
  });

  test('no queue is advised with more workers than cores', () => {
    for (const configuration of runs.filter(({ workers }) => workers > 2)) {
      const texts = adviceOn(made(configuration)).map(({ advice }) => advice ?? '');
      expect(texts.join(' ')).not.toMatch(/--lock (ticket|mcs)/);
    }
  });

  test('an opposite is named as one', () => {
    const advice = adviceOn(made({ lock: 'park', workers: 2, allocator: 'buddy', params: {} }));
    expect(advice.map(({ evidence }) => evidence).join('\n')).toContain(
      'the opposite of what is advised above',
    );
  });

  test('every parameter that is named is one of buddy’s, and its value is allowed', () => {
    for (const { params, ...rest } of runs.filter(({ allocator }) => allocator === 'buddy')) {
      const texts = adviceOn(made({ params, ...rest })).map(({ advice }) => advice ?? '');
      for (const [name, value] of named(texts)) {
        if (['workers', 'lock', 'allocator', 'memory'].includes(name)) continue;
        buddyParams({ cpus: rest.workers, frames: 65_536, params: { ...params, [name]: Number(value) } });
      }
    }
  });

  test.each(['global-buddy', 'constructor', '/home/me/my_allocator.js'])(
    'users of %s are told no parameters',
    (allocator) => {
      const texts = adviceOn(made({ lock: 'park', workers: 2, allocator, params: {} })).map(
        ({ advice }) => advice ?? '',
      );
      expect(texts.join(' ')).toContain('--allocator buddy');
      expect(texts.filter((text) => text.includes('--param'))).toEqual([]);
    },
  );
});
