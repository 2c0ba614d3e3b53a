import { isMainThread, parentPort, Worker } from 'node:worker_threads';

if (isMainThread) {
  const worker = new Worker(new URL(`${import.meta.url}?a=1#b`));
  worker.on('message', (message) => console.log('message', message));
} else parentPort.postMessage(new URL(import.meta.url).pathname.split('/').at(-1));
