import { isMainThread, parentPort, Worker } from 'node:worker_threads';

// Without argv the worker has two entries, as if it had been started without arguments.
if (isMainThread) {
  process.argv.push('of main');
  const worker = new Worker(new URL(import.meta.url));
  worker.on('message', (message) => console.log('worker', message));
} else parentPort.postMessage(process.argv.length);
