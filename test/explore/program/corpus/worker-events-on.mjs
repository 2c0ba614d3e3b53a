import { on } from 'node:events';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

// The messages that came while the loop waited for something else are kept for it.
if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  let sum = 0;
  for await (const [n] of on(worker, 'message')) {
    console.log('got', n);
    await Promise.resolve();
    sum += n;
    if (n === 4) break;
  }
  console.log('sum', sum, worker.listenerCount('message'));
} else for (const n of [1, 2, 3, 4]) parentPort.postMessage(n);
