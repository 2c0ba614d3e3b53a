import { isMainThread, parentPort, Worker } from 'node:worker_threads';

// The listener keeps the worker alive; main wakes it once it is known to wait.
if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.on('message', (message) => {
    if (typeof message === 'string') return console.log(message);
    Atomics.store(message, 0, 1);
    console.log('woken', Atomics.notify(message, 0));
  });
} else {
  const words = new Int32Array(new SharedArrayBuffer(4));
  parentPort.on('message', () => {});
  Atomics.waitAsync(words, 0, 0).value.then((text) => {
    parentPort.postMessage(`worker: ${text} ${Atomics.load(words, 0)}`);
    parentPort.close();
  });
  parentPort.postMessage(words);
}
