import { once } from 'node:events';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.on('message', (message) => console.log('message', message));
  await once(worker, 'message');
  console.log('terminate gives', await worker.terminate());
} else {
  process.on('exit', () => parentPort.postMessage('never'));
  parentPort.postMessage('waits for ever');
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  } finally {
    parentPort.postMessage('never');
  }
}
