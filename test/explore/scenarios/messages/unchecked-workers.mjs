// Starts a Worker that adds to a word, and checks nothing.
import { Worker } from 'node:worker_threads';

const SOURCE = `
  const { workerData: words } = require('node:worker_threads');
  Atomics.add(words, 0, 1);`;

export const threads = 2;
export const setup = () => ({ words: new Int32Array(new SharedArrayBuffer(4)) });
export function thread({ words }, index) {
  if (index === 0) new Worker(SOURCE, { eval: true, workerData: words });
  else Atomics.add(words, 0, 1);
}
