// One thread of a queue test: puts the words `from` to `from + count - 1`, or, with a count of 0, takes words and
// marks each in `seen` until all threads together have taken as many as there are.

import { workerData } from 'node:worker_threads';
import { BlockQueue } from '#src/lab/workloads/block_queue.js';

const { shared, capacity, taken, seen, from, count } = workerData;
const queue = new BlockQueue(new Int32Array(shared), 0, capacity);
const deadline = Date.now() + 20_000;

for (let word = from; word < from + count && Date.now() < deadline; ) if (queue.tryPut(word)) word++;
while (count === 0 && Atomics.load(taken, 0) < seen.length - 1 && Date.now() < deadline) {
  const word = queue.tryTake();
  if (word === 0) continue;
  Atomics.add(seen, word, 1);
  Atomics.add(taken, 0, 1);
}
