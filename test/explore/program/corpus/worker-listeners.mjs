import { isMainThread, parentPort, Worker } from 'node:worker_threads';

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  const removed = () => console.log('never');
  worker.addListener('message', removed).on('message', (n) => console.log('every', n));
  worker.prependListener('message', (n) => console.log('first of all', n));
  worker.once('message', (n) => console.log('once', n));
  worker.off('message', removed);
  console.log(worker.listenerCount('message'));
} else for (const n of [1, 2]) parentPort.postMessage(n);
