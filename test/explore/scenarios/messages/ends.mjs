// A Worker that would listen for ever ends with its thread where it is unreferenced; as ?v=ref it keeps the thread alive.
import { Worker } from 'node:worker_threads';

const SOURCE = `
  const { parentPort, workerData: words } = require('node:worker_threads');
  parentPort.on('message', () => {});
  Atomics.store(words, 0, 1);
  Atomics.notify(words, 0);`;

export const threads = 1;
export const setup = () => ({ words: new Int32Array(new SharedArrayBuffer(4)) });
export function thread({ words }) {
  const worker = new Worker(SOURCE, { eval: true, workerData: words });
  if (new URL(import.meta.url).search !== '?v=ref') worker.unref();
  while (Atomics.load(words, 0) === 0) Atomics.wait(words, 0, 0);
}
