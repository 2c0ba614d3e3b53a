// A ring of two places in shared memory: a Worker produces four items, the main thread takes them. Messages say that
// there is something to take, and, if the producer has said that it found the ring full, that there is room again.
// Right: all items come, in order: the producer looks once more after it has said that the ring is full. This is
// ring-lost-drain.mjs, mended.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const PLACES = 2;
const ITEMS = 4;
const [HEAD, TAIL, FULL, FIRST] = [0, 1, 2, 3];
const room = (words) => Atomics.load(words, TAIL) - Atomics.load(words, HEAD) < PLACES;

async function produce(words) {
  for (let item = 1; item <= ITEMS; ) {
    if (!room(words)) {
      const drained = once(parentPort, 'message');
      Atomics.store(words, FULL, 1);
      if (room(words)) continue;
      await drained;
      continue;
    }
    const tail = Atomics.load(words, TAIL);
    words[FIRST + (tail % PLACES)] = item++;
    Atomics.store(words, TAIL, tail + 1);
    parentPort.postMessage('data');
  }
  parentPort.unref();
}

function take(words) {
  const head = Atomics.load(words, HEAD);
  if (head === Atomics.load(words, TAIL)) return undefined;
  const item = words[FIRST + (head % PLACES)];
  Atomics.store(words, HEAD, head + 1);
  return item;
}

if (isMainThread) {
  const words = new Int32Array(new SharedArrayBuffer(4 * (FIRST + PLACES)));
  const worker = new Worker(new URL(import.meta.url), { workerData: words });
  const taken = [];
  await new Promise((resolve) => {
    worker.on('message', () => {
      for (let item = take(words); item !== undefined; item = take(words)) {
        taken.push(item);
        if (Atomics.exchange(words, FULL, 0) === 1) worker.postMessage('drained');
      }
      if (taken.length === ITEMS) resolve();
    });
  });
  await worker.terminate();
  assert.deepEqual(taken, [1, 2, 3, 4]);
  console.log('ring: 1 2 3 4');
} else {
  await produce(workerData);
}
