// Reads a file, which is done then, and waits for a Worker that sleeps for ever.
import { readFile } from 'node:fs/promises';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

if (isMainThread) {
  await readFile(new URL(import.meta.url));
  new Worker(new URL(import.meta.url), { workerData: new Int32Array(new SharedArrayBuffer(4)) });
} else {
  Atomics.wait(workerData, 0, 0);
}
