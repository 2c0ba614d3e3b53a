import { isMainThread, parentPort, Worker } from 'node:worker_threads';

// All that was sent before process.exit arrives, and before 'exit'.
if (isMainThread) {
  let sum = 0;
  let count = 0;
  const worker = new Worker(new URL(import.meta.url));
  worker.on('exit', (code) => console.log('exit', code, count, sum));
  worker.on('message', (n) => {
    count++;
    sum += n;
  });
} else {
  for (let n = 1; n <= 500; n++) parentPort.postMessage(n);
  process.exit(2);
}
