import { isMainThread, parentPort, Worker } from 'node:worker_threads';

// It ends upon the first message: the others are never heard, and nobody is told.
if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.on('message', (message) => console.log('message', message));
  worker.on('exit', (code) => {
    console.log('exit', code);
    console.log('sent after its end', worker.postMessage(9));
  });
  for (const n of [1, 2, 3]) worker.postMessage(n);
} else
  parentPort.on('message', (n) => {
    parentPort.postMessage(n);
    process.exit(0);
  });
