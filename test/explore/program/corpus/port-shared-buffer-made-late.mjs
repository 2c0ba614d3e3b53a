import { isMainThread, parentPort, Worker } from 'node:worker_threads';

// Memory that the worker made and sent: both count in it.
if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  let words;
  worker.on('message', (message) => {
    words ??= message;
    for (let n = 0; n < 10; n++) Atomics.add(words, 0, 1);
    worker.postMessage('done');
  });
  worker.on('exit', () => console.log('counted', words[0]));
} else {
  const words = new Int32Array(new SharedArrayBuffer(4));
  parentPort.postMessage(words);
  for (let n = 0; n < 10; n++) Atomics.add(words, 0, 1);
  parentPort.once('message', () => {});
}
