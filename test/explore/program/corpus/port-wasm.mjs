import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

// A compiled module and a shared memory of WebAssembly travel.
const BYTES = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 6, 1, 4, 0, 65,
  42, 11,
];
if (isMainThread) {
  const module = new WebAssembly.Module(new Uint8Array(BYTES));
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { module, words: new Int32Array(memory.buffer) },
  });
  worker.on('message', (n) => console.log('f()', n, 'word', new Int32Array(memory.buffer)[3]));
} else {
  workerData.words[3] = 7;
  parentPort.postMessage(new WebAssembly.Instance(workerData.module).exports.f());
}
