// The same with a server that is open: who connects to it may wake the Worker.
import { createServer } from 'node:net';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

if (isMainThread) {
  const words = new Int32Array(new SharedArrayBuffer(4));
  const server = createServer(() => Atomics.notify(words, 0));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  new Worker(new URL(import.meta.url), { workerData: words });
} else {
  Atomics.wait(workerData, 0, 0);
}
