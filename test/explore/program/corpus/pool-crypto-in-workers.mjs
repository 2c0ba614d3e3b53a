import { pbkdf2 } from 'node:crypto';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

// Callbacks of the thread pool in two workers at once.
if (isMainThread) {
  const keys = ['a', 'b'].map((workerData) => {
    const worker = new Worker(new URL(import.meta.url), { workerData });
    return new Promise((resolve) => worker.on('message', resolve));
  });
  console.log((await Promise.all(keys)).join('\n'));
} else
  pbkdf2('secret', workerData, 500, 8, 'sha256', (_, key) => {
    parentPort.postMessage(`${workerData} ${key.toString('hex')}`);
  });
