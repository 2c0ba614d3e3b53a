// The main thread waits until a word says that the Worker is done, and terminates it; it has collected what the Worker
// said by messages.
// Right: all three lines are there. Wrong: the Worker says that it is done one line before it posts the last message; if
// terminate() comes in between, that message is never sent.

import assert from 'node:assert/strict';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

if (isMainThread) {
  const words = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL(import.meta.url), { workerData: words });
  const log = [];
  worker.on('message', (line) => log.push(line));
  await Atomics.waitAsync(words, 0, 0).value;
  await worker.terminate();
  assert.deepEqual(log, ['saved 1', 'saved 2', 'saved 3']);
  console.log('shutdown: three lines');
} else {
  const words = workerData;
  parentPort.postMessage('saved 1');
  parentPort.postMessage('saved 2');
  Atomics.store(words, 0, 1);
  Atomics.notify(words, 0);
  parentPort.postMessage('saved 3');
  // It would serve for ever.
  parentPort.on('message', () => {});
}
