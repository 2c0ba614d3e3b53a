// A Worker adds to a word and says so; the main thread then finds that it is too much.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

if (isMainThread) {
  const words = new Int32Array(new SharedArrayBuffer(8));
  Atomics.store(words, 1, 3);
  const worker = new Worker(new URL(import.meta.url), { workerData: words });
  worker.on('message', () => {});
  worker.on('exit', () => process.exit(Atomics.load(words, 1) === 5 ? 1 : 0));
} else {
  Atomics.add(workerData, 1, 2);
  parentPort.postMessage('added');
}
