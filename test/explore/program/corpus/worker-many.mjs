import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

if (isMainThread) {
  const answers = [0, 1, 2, 3].map(
    (n) =>
      new Promise((resolve) => {
        new Worker(new URL(import.meta.url), { workerData: n }).on('message', resolve);
      }),
  );
  console.log((await Promise.all(answers)).join(' '));
} else parentPort.postMessage(workerData ** 2);
