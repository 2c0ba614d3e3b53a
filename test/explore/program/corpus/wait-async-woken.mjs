import { isMainThread, Worker, workerData } from 'node:worker_threads';

if (isMainThread) {
  const words = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL(import.meta.url), { workerData: words });
  const exit = new Promise((resolve) => worker.on('exit', resolve));
  const { async, value } = Atomics.waitAsync(words, 0, 0);
  console.log('async', async, value instanceof Promise);
  console.log('woken', await value);
  console.log('exit', await exit);
} else {
  // Main may not wait yet.
  while (Atomics.notify(workerData, 0) === 0) Atomics.wait(workerData, 0, 0, 1);
}
