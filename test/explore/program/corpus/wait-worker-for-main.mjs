import { isMainThread, parentPort, Worker } from 'node:worker_threads';

// The worker asks by a message, and stands still until main has answered through memory.
if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.on('message', (message) => {
    if (typeof message === 'number') return console.log('worker got', message);
    setImmediate(() => {
      Atomics.store(message, 1, 42);
      Atomics.store(message, 0, 1);
      Atomics.notify(message, 0);
    });
  });
} else {
  const words = new Int32Array(new SharedArrayBuffer(8));
  parentPort.postMessage(words);
  while (Atomics.load(words, 0) === 0) Atomics.wait(words, 0, 0);
  parentPort.postMessage(words[1]);
}
