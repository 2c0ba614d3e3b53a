import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

// Main waits until the worker is done: all its events come afterwards, messages in their order and 'exit' last.
if (isMainThread) {
  const done = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL(import.meta.url), { workerData: done });
  worker.on('message', (n) => console.log('message', n));
  worker.on('exit', (code) => console.log('exit', code));
  console.log(Atomics.wait(done, 0, 0));
} else {
  for (const n of [1, 2, 3]) parentPort.postMessage(n);
  // Main may not wait yet.
  while (Atomics.notify(workerData, 0) === 0) Atomics.wait(workerData, 0, 0, 1);
}
