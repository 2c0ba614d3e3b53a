// Takes an instrumented lock so many times and posts how long its contended acquisitions took.
import { parentPort, workerData } from 'node:worker_threads';
import { Barrier } from '#src/sync/barrier.js';
import { createLock } from '#src/sync/create_lock.js';
import { decorateLock } from '#src/sync/decorators/decorate_lock.js';
import { LockStatistics } from '#src/sync/decorators/lock_statistics.js';

const { kind, buffer, start, cpu, times, delayNs, handle } = workerData;
const statistics = LockStatistics.attach(handle);
const lock = decorateLock(createLock(kind, { buffer, cpus: 2, cpu, name: 'pool' }), cpu, {
  statistics,
  delayNs,
});

let waitedNs = 0;
new Barrier(new Int32Array(start), 0, { parties: 2 }).arriveAndWait();
for (let i = 0; i < times; i++) {
  if (!lock.tryAcquire(i % 2)) {
    const began = performance.now();
    lock.acquireSlow(i % 2);
    waitedNs += (performance.now() - began) * 1e6;
  }
  lock.release();
}
parentPort.postMessage(waitedNs);
