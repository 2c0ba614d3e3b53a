import { isMainThread, parentPort, Worker } from 'node:worker_threads';

// A listener to messages keeps the worker alive; with the last one gone it ends.
if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.on('message', (message) => console.log('message', message));
  worker.on('exit', (code) => console.log('exit', code));
  worker.postMessage('only one');
} else {
  const listener = (message) => {
    parentPort.postMessage(message);
    parentPort.off('message', listener);
  };
  parentPort.on('message', listener);
}
