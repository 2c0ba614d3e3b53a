import { isMainThread, parentPort, Worker } from 'node:worker_threads';

// A loop of awaits that need nobody else is over before the first message is heard.
if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  let rounds = 0;
  worker.on('message', () => console.log('message after', rounds));
  for (; rounds < 1000; rounds++) await null;
  console.log('the loop is over');
} else parentPort.postMessage('soon');
