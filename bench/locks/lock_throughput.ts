import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Barrier } from '../../src/sync/barrier.ts';
import { lockBytes } from '../../src/sync/create_lock.ts';
import { HELD_WORDS } from '../../src/sync/decorators/held_lock.ts';
import type { StatisticsLevel } from '../../src/sync/decorators/lock_figures.ts';
import { LockStatistics } from '../../src/sync/decorators/lock_statistics.ts';
import type { BenchOptions } from '../figures/bench_options.ts';
import type { LockThroughput } from '../figures/bench_result.ts';
import { median, spread } from '../figures/statistics.ts';
import { casNs } from '../figures/unit.ts';
import type { LockBenchJob } from './locks_worker.ts';

export interface LockSample {
  readonly perSecond: number;
  /** Nanoseconds that a worker needs for one acquisition while it has a core. */
  readonly nsPerAcquisition: number;
  /** The smallest worker's share divided by the largest's. */
  readonly fairness: number;
}

const WORKERS = [1, 2, 8];

/** One lock that 1, 2 and 8 workers want at once: each kind that was chosen, in rounds that take turns. */
export async function measureLocks(
  options: BenchOptions,
  progress: (what: string) => void,
): Promise<LockThroughput[]> {
  const rows = options.locks.flatMap((lock) =>
    WORKERS.map((threads) => ({
      lock,
      threads,
      samples: [] as (LockSample & { readonly unitNs: number })[],
    })),
  );
  for (let round = 0; round < options.runs; round++) {
    for (const { lock, threads, samples } of rows) {
      progress(`${lock} x${threads}`);
      const unitNs = casNs();
      const sample = await measureLock(lock, 'off', threads, options.quick ? 100 : 300);
      samples.push({ ...sample, unitNs });
    }
  }
  return rows.map(({ lock, threads, samples }) => ({
    lock,
    statistics: 'off',
    threads,
    runs: samples.map(({ perSecond, unitNs }) => ({ perSecond, unitNs })),
    perSecond: spread(samples.map((sample) => sample.perSecond)),
    fairness: median(samples.map((sample) => sample.fairness)),
  }));
}

/**
 * Workers take one lock around one increment, for a given time.
 *
 * @param decoration a level of statistics, or `held` for the check of mutual exclusion
 * @throws if the lock did not exclude, or the statistics miscounted
 */
export async function measureLock(
  kind: string,
  decoration: string,
  cpus: number,
  ms: number,
): Promise<LockSample> {
  const control = new SharedArrayBuffer(128 * 4);
  const words = new Int32Array(control);
  const buffer = new SharedArrayBuffer(lockBytes(kind, cpus));
  const barrier = new Barrier(words, 32, { parties: cpus + 1 });
  const level = decoration === 'held' ? 'off' : (decoration as StatisticsLevel);
  const statistics = LockStatistics.create({
    locks: [{ name: 'bench', kind, sites: ['bench'] }],
    cpus,
    level,
  });
  const held = decoration === 'held' ? new SharedArrayBuffer(HELD_WORDS * 4) : undefined;
  const results: Promise<number>[] = [];
  for (let cpu = 0; cpu < cpus; cpu++) {
    const workerData: LockBenchJob = {
      control,
      buffer,
      kind,
      cpus,
      cpu,
      statistics: statistics.handle,
      held,
    };
    const worker = new Worker(new URL('./locks_worker.js', import.meta.url), { workerData });
    results.push(
      new Promise((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
      }),
    );
  }
  barrier.arriveAndWait();
  const start = performance.now();
  Atomics.wait(words, 0, 0, ms);
  Atomics.store(words, 0, 1);
  const elapsedMs = performance.now() - start;
  const counts = await Promise.all(results);
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (words[64] !== total) throw new Error(`${kind}: ${total} acquisitions, but counted ${words[64]}`);
  const [figures] = statistics.merge();
  if (level !== 'off' && figures.total.acquisitions !== total) {
    throw new Error(`${kind}: ${total} acquisitions, but statistics say ${figures.total.acquisitions}`);
  }
  return {
    perSecond: (total / elapsedMs) * 1000,
    nsPerAcquisition: (elapsedMs * 1e6 * Math.min(cpus, availableParallelism())) / total,
    fairness: Math.min(...counts) / Math.max(...counts),
  };
}
