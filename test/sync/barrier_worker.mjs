// Counts its arrivals and looks, after each barrier, for others that have not arrived as often.
import { parentPort, workerData } from 'node:worker_threads';
import { Barrier } from '#src/sync/barrier.js';

const { shared, parties, rounds, cpu } = workerData;
const words = new Int32Array(shared);
const barrier = new Barrier(words, 0, { parties });
let early = 0;
let last = 0;
for (let round = 1; round <= rounds; round++) {
  Atomics.store(words, 64 + cpu, round);
  if (barrier.arriveAndWait()) last++;
  for (let other = 0; other < parties; other++) {
    const seen = Atomics.load(words, 64 + other);
    // Another may be one round ahead, at the next barrier, but not behind.
    if (seen < round || seen > round + 1) early++;
  }
}
parentPort.postMessage({ early, last });
