import { isMainThread, parentPort, Worker } from 'node:worker_threads';

// 'online' comes by another port than messages: only that it comes before 'exit' is certain.
if (isMainThread) {
  let online = 0;
  const worker = new Worker(new URL(import.meta.url));
  worker.on('exit', (...values) => console.log('exit', ...values, 'online', online));
  worker.on('error', () => console.log('never'));
  worker.on('messageerror', () => console.log('never'));
  worker.on('message', (...values) => console.log('message', ...values));
  worker.on('online', (...values) => {
    online += 1 + values.length;
  });
} else for (let n = 0; n < 5; n++) parentPort.postMessage(n);
