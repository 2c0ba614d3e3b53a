import { isMainThread, parentPort, Worker } from 'node:worker_threads';

if (isMainThread) {
  process.env.CORPUS_A = 'set before';
  const worker = new Worker(new URL(import.meta.url));
  process.env.CORPUS_B = 'set after';
  worker.on('message', (message) => console.log(message));
  worker.on('exit', () => console.log('main', process.env.CORPUS_A, process.env.CORPUS_C));
} else {
  process.env.CORPUS_C = 5;
  parentPort.postMessage(
    `worker ${process.env.CORPUS_A} ${process.env.CORPUS_B} ${typeof process.env.CORPUS_C}`,
  );
  process.env.CORPUS_A = 'changed in the worker';
}
