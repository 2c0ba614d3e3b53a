// What each lock algorithm costs, from one worker to more workers than cores: `node dist/bench/locks.js`.
//
// Every figure is a median of interleaved rounds (A B C A B C ...), each with fresh workers, so that no lock's
// code was compiled for another's. The unit is one uncontended compare-exchange, measured between the rounds.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { Barrier } from '../src/sync/barrier.ts';
import { lockBytes } from '../src/sync/create_lock.ts';
import { HELD_WORDS } from '../src/sync/held_lock.ts';
import type { StatisticsLevel } from '../src/sync/lock_figures.ts';
import { LockStatistics } from '../src/sync/lock_statistics.ts';
import { lockKinds } from '../src/sync/registry.ts';
import type { LockBenchJob } from './locks_worker.ts';

const { values } = parseArgs({
  options: {
    lock: { type: 'string' },
    workers: { type: 'string', default: '1,2,8' },
    rounds: { type: 'string', default: '5' },
    ms: { type: 'string', default: '200' },
    /** Statistics levels, and `held` for the check of mutual exclusion. */
    stats: { type: 'string', default: 'off' },
  },
});
const kinds = (
  values.lock ??
  lockKinds()
    .map((kind) => kind.name)
    .join(',')
).split(',');
const decorations = values.stats.split(',');
const workerCounts = values.workers.split(',').map(Number);
const rounds = Number(values.rounds);
const ms = Number(values.ms);

/** Nanoseconds of one uncontended `Atomics.compareExchange`, best of a few. */
function casNs(): number {
  const word = new Int32Array(new SharedArrayBuffer(4));
  let best = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < 5; repeat++) {
    const start = performance.now();
    for (let i = 0; i < 1_000_000; i++) Atomics.compareExchange(word, 0, 0, 0);
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

interface Sample {
  perSecond: number;
  /** Nanoseconds that a worker needs for one acquisition while it has a core. */
  nsPerAcquisition: number;
  /** The smallest worker's share over the largest's. */
  fairness: number;
}

async function measure(kind: string, decoration: string, cpus: number): Promise<Sample> {
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

function median(numbers: number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

const rows = kinds.flatMap((kind) =>
  workerCounts.flatMap((cpus) =>
    decorations.map((decoration) => ({ kind, cpus, decoration, samples: [] as Sample[] })),
  ),
);
const units: number[] = [];
for (let round = 0; round < rounds; round++) {
  units.push(casNs());
  for (const row of rows) row.samples.push(await measure(row.kind, row.decoration, row.cpus));
}

const unit = median(units);
console.log(
  `one compare-exchange: ${unit.toFixed(1)} ns; ${availableParallelism()} cores; median (min-max) of ${rounds}`,
);
console.log(
  'lock                   stats     workers   M acq/s  (min-max)        ns/acq  CAS units  least/most',
);
for (const { kind, cpus, decoration, samples } of rows) {
  const rate = samples.map((sample) => sample.perSecond / 1e6);
  const ns = median(samples.map((sample) => sample.nsPerAcquisition));
  console.log(
    kind.padEnd(23) +
      decoration.padEnd(8) +
      String(cpus).padStart(9) +
      median(rate).toFixed(2).padStart(10) +
      `(${Math.min(...rate).toFixed(2)}-${Math.max(...rate).toFixed(2)})`.padStart(15) +
      ns.toFixed(0).padStart(10) +
      (ns / unit).toFixed(1).padStart(11) +
      median(samples.map((sample) => sample.fairness))
        .toFixed(2)
        .padStart(12),
  );
}
