// Each of two threads starts a Worker, which adds to a word: in one step, or as ?v=lost in two.
import { Worker } from 'node:worker_threads';

const lost = new URL(import.meta.url).search === '?v=lost';
const SOURCE = `
  const { parentPort, workerData: words } = require('node:worker_threads');
  parentPort.once('message', (n) => {
    ${lost ? 'Atomics.store(words, 0, Atomics.load(words, 0) + n)' : 'Atomics.add(words, 0, n)'};
    parentPort.postMessage(n);
  });`;

export const threads = 2;
export const setup = () => ({ words: new Int32Array(new SharedArrayBuffer(4)) });
export async function thread({ words }, index) {
  const worker = new Worker(SOURCE, { eval: true, workerData: words });
  worker.postMessage(index + 1);
  const answer = await new Promise((resolve) => worker.once('message', resolve));
  if (answer !== index + 1) throw new Error('the answer of another');
}
export function check({ words }) {
  if (words[0] !== 3) throw new Error(`lost update: ${words[0]}`);
}
