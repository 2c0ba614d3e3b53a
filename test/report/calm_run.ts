import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buddyRemedies } from '#src/allocators/buddy/remedies.js';
import { withLaterFields } from '#src/results/later_fields.js';
import type { Configuration, LockResult, RunResult } from '#src/results/run_result.js';
import { quiet } from './quiet.js';

const golden: RunResult = withLaterFields(
  JSON.parse(readFileSync(join(import.meta.dirname, 'golden/run.json'), 'utf8')),
);

export const OPERATIONS = 2_000_000;

/** What a run is made to show, beside a run in which nothing stands out. */
export interface Trouble {
  readonly configuration?: Partial<Configuration>;
  /** Figures of the lock `global-pool`. */
  readonly lock?: Partial<Omit<LockResult, 'total'>> & {
    readonly total?: {
      readonly [name in keyof LockResult['total']]?: LockResult['total'][name] extends number
        ? number
        : Partial<LockResult['total'][name]>;
    };
  };
  readonly counters?: Readonly<Record<string, number>>;
  readonly allocator?: Partial<RunResult['allocator']>;
  /** Bytes of free memory in each CPU's pool at mid-run. */
  readonly poolBytes?: number;
  readonly result?: (result: RunResult) => RunResult;
}

/** A run of two workers on two idle cores, 2 s and 2 M operations, with `buddy` and `park`; and its trouble. */
export function calmRun(trouble: Trouble = {}): RunResult {
  const configuration: Configuration = {
    ...golden.configuration,
    workers: 2,
    memoryBytes: 256 * 2 ** 20,
    durationMs: 2000,
    warmup: 'steady',
    ...trouble.configuration,
  };
  const shape = {
    frames: configuration.memoryBytes / 4096,
    cpus: configuration.workers,
    params: configuration.params,
  };
  const { midRun, counters } = golden.allocator;
  const perCpu = [0, 1].map(() => ({ cacheBytes: 0, poolBytes: trouble.poolBytes ?? 2 ** 20 }));
  const none = Object.fromEntries(Object.keys(counters).map((name) => [name, 0]));
  const calm: RunResult = {
    ...golden,
    configuration,
    durations: { ...golden.durations, measuredMs: 2000, cpuMs: 4000 },
    warmup: { ...golden.warmup!, ended: 'steady', allocationsChecked: 0, deallocationsChecked: 0 },
    totals: { ...golden.totals, operations: OPERATIONS, noMemory: 0 },
    verdict: {
      ...golden.verdict,
      allocationsChecked: OPERATIONS / 2,
      deallocationsChecked: OPERATIONS / 2,
      framesAllocated: OPERATIONS,
    },
    overhead: { recorderNs: 5, oracleNs: 40, statisticsNs: 4, casNs: 9 },
    locks: golden.locks.map((lock) => (lock.name === 'global-pool' ? troubled(lock, trouble) : lock)),
    allocator: {
      ...golden.allocator,
      name: configuration.allocator,
      midRun: { ...midRun!, perCpu },
      counters: { ...none, ...trouble.counters },
      remedies: configuration.allocator === 'buddy' ? buddyRemedies(shape) : [],
      ...trouble.allocator,
    },
  };
  const made = quiet(calm);
  return trouble.result?.(made) ?? made;
}

/** The lock that nobody waits for, with what is to be seen of it. */
function troubled(lock: LockResult, { lock: shown = {}, configuration = {} }: Trouble): LockResult {
  const { total } = lock;
  const calm = {
    ...total,
    acquisitions: 1000,
    contended: 1,
    handOvers: 10,
    spins: 10,
    wait: { ...total.wait, count: 1, totalNs: 1000, avgNs: 1000, maxNs: 1000 },
    hold: { ...total.hold, count: 500, p50Ns: 150, p99Ns: 900, maxNs: 5000, avgNs: 200 },
  };
  const { total: figures = {}, ...rest } = shown;
  return {
    ...lock,
    kind: configuration.lock ?? 'park',
    utilisationPercent: 1,
    fairness: 1,
    longestHold: null,
    waitedNs: [],
    ...rest,
    total: {
      ...calm,
      ...figures,
      wait: { ...calm.wait, ...figures.wait },
      hold: { ...calm.hold, ...figures.hold },
    } as LockResult['total'],
  };
}
