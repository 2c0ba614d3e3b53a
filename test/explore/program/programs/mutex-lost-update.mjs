// A mutex in a SharedArrayBuffer that the main thread makes and sends to two Workers; each adds 1 to a counter twice.
// Right: the counter is 4 when both have ended. Wrong: lock() looks at the word and then writes it; between its last two
// lines the other Worker may look, too, and both hold the lock: one update is lost.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

const LOCK = 0;
const COUNTER = 1;

function lock(words) {
  while (Atomics.load(words, LOCK) !== 0) Atomics.wait(words, LOCK, 1);
  Atomics.store(words, LOCK, 1);
}

function unlock(words) {
  Atomics.store(words, LOCK, 0);
  Atomics.notify(words, LOCK, 1);
}

if (isMainThread) {
  const words = new Int32Array(new SharedArrayBuffer(8));
  const workers = [0, 1].map(() => new Worker(new URL(import.meta.url)));
  const exits = workers.map((worker) => once(worker, 'exit'));
  for (const worker of workers) worker.postMessage(words);
  await Promise.all(exits);
  assert.equal(words[COUNTER], 4);
  console.log('mutex: 4');
} else {
  parentPort.once('message', (words) => {
    for (let i = 0; i < 2; i++) {
      lock(words);
      const count = Atomics.load(words, COUNTER);
      Atomics.store(words, COUNTER, count + 1);
      unlock(words);
    }
  });
}
