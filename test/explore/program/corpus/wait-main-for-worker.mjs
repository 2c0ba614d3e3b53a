import { isMainThread, Worker, workerData } from 'node:worker_threads';

// The worker starts and runs while main stands still.
if (isMainThread) {
  const words = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL(import.meta.url), { workerData: words });
  while (Atomics.load(words, 0) === 0) Atomics.wait(words, 0, 0);
  console.log('word', words[0]);
  worker.on('exit', (code) => console.log('exit', code));
} else {
  Atomics.store(workerData, 0, 5);
  Atomics.notify(workerData, 0);
}
