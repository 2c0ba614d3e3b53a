// Takes a lock many times and counts without atomics under it.
import { parentPort, workerData } from 'node:worker_threads';
import { Barrier } from '#src/sync/barrier.js';
import { createLock } from '#src/sync/create_lock.js';

// shared: word 0 the counter, word 1 the stop word, word 32 the barrier; from word 64 a word for each CPU: 1 where it is dead;
// from word 128 for each CPU what it did inside the lock.
const {
  kind,
  buffer,
  shared,
  cpus,
  cpu,
  times,
  timeoutMs,
  holdUs = 0,
  parties = cpus,
  giveUp = false,
} = workerData;
const words = new Int32Array(shared);
const watch = {
  checkStop() {},
  isDead: (other) => Atomics.load(words, 64 + other) === 1,
};
const lock = createLock(kind, { buffer, cpus, cpu, watch, timeoutMs });

let done = 0;
let timeouts = 0;
let ended = 'done';
new Barrier(words, 32, { parties }).arriveAndWait();
try {
  while (done < times && Atomics.load(words, 1) === 0) {
    try {
      lock.acquire();
    } catch (error) {
      if (error.code !== 'LockTimeout' || giveUp) throw error;
      timeouts++;
      continue;
    }
    words[0]++;
    words[128 + cpu]++;
    done++;
    if (holdUs > 0 && done % 16 === 0) {
      const end = performance.now() + holdUs / 1000;
      while (performance.now() < end);
    }
    lock.release();
  }
} catch (error) {
  ended = error.code ?? String(error);
}
parentPort.postMessage({ done, timeouts, ended });
