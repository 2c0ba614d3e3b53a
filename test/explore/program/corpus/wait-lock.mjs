import { isMainThread, Worker, workerData } from 'node:worker_threads';

// A lock of three states around a plain counter: nothing is lost.
if (isMainThread) {
  const words = new Int32Array(new SharedArrayBuffer(8));
  const workers = [1, 2].map(() => new Worker(new URL(import.meta.url), { workerData: words }));
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.on('exit', resolve))));
  console.log('counted', words[1], 'lock', words[0]);
} else {
  const words = workerData;
  for (let round = 0; round < 5; round++) {
    if (Atomics.compareExchange(words, 0, 0, 1) !== 0)
      while (Atomics.exchange(words, 0, 2) !== 0) Atomics.wait(words, 0, 2);
    words[1] += 1;
    if (Atomics.exchange(words, 0, 0) === 2) Atomics.notify(words, 0, 1);
  }
}
