import { isMainThread, Worker, workerData } from 'node:worker_threads';

if (isMainThread) {
  const words = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(new URL(import.meta.url), { workerData: { words, again: words.buffer } });
  worker.on('exit', () => console.log('words', words.join(' ')));
} else {
  const { words, again } = workerData;
  Atomics.store(words, 0, 7);
  Atomics.store(words, 1, Number(words.buffer === again));
}
