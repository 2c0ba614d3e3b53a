// Correct code: an explored thread starts a real Worker and waits for it on memory of setup(). Never a deadlock:
// `uncontrolled` as long as Workers are not controlled, then complete.
import { Worker } from 'node:worker_threads';
export const threads = 1;
export const setup = () => ({ m: new Int32Array(new SharedArrayBuffer(8)) });
export function thread({ m }) {
  new Worker(
    "const { workerData: m } = require('node:worker_threads'); Atomics.store(m, 0, 1); Atomics.notify(m, 0);",
    { eval: true, workerData: m },
  );
  while (Atomics.load(m, 0) === 0) Atomics.wait(m, 0, 0);
}
