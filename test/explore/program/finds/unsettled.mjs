// Waits at its top level for a notify that nobody sends: Node.js ends with code 13.
import { isMainThread, Worker, workerData } from 'node:worker_threads';

if (isMainThread) {
  const words = new Int32Array(new SharedArrayBuffer(8));
  new Worker(new URL(import.meta.url), { workerData: words });
  await Atomics.waitAsync(words, 1, 0).value;
} else {
  Atomics.store(workerData, 0, 1);
}
