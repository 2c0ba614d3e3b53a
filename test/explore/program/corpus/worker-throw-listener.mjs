import { isMainThread, parentPort, Worker } from 'node:worker_threads';

// The first message's listener throws: the second message is never heard.
if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.on('error', (error) => console.log('error', error.message));
  worker.on('exit', (code) => console.log('exit', code));
  worker.on('message', (message) => console.log('message', message));
  worker.postMessage(1);
  worker.postMessage(2);
} else
  parentPort.on('message', (n) => {
    if (n > 1) parentPort.postMessage(n);
    throw new Error(`listener ${n}`);
  });
