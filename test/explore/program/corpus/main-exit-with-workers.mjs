import { isMainThread, parentPort, Worker } from 'node:worker_threads';

// process.exit in main ends everything, also a worker that waits for ever or never comes to its end.
if (isMainThread) {
  const workers = [1, 2].map(() => new Worker(new URL(import.meta.url)));
  let ready = 0;
  for (const worker of workers) {
    worker.on('exit', () => console.log('never'));
    worker.on('message', () => {
      if (++ready === workers.length) process.exit(9);
    });
  }
  process.on('exit', (code) => console.log('exit', code));
} else {
  parentPort.postMessage('ready');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
