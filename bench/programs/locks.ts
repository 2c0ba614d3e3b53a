// What each lock algorithm costs, from one worker to more workers than cores: `node dist/bench/programs/locks.js`.
//
// Every figure is a median of interleaved rounds (A B C A B C ...), each with fresh workers, so that no lock's
// code was compiled for another's. The unit is one uncontended compare-exchange, measured between the rounds.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { lockKinds } from '../../src/sync/registry.ts';
import { median } from '../figures/statistics.ts';
import { casNs } from '../figures/unit.ts';
import { type LockSample, measureLock } from '../locks/lock_throughput.ts';

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

const rows = kinds.flatMap((kind) =>
  workerCounts.flatMap((cpus) =>
    decorations.map((decoration) => ({ kind, cpus, decoration, samples: [] as LockSample[] })),
  ),
);
const units: number[] = [];
for (let round = 0; round < rounds; round++) {
  units.push(casNs());
  for (const row of rows) row.samples.push(await measureLock(row.kind, row.decoration, row.cpus, ms));
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
