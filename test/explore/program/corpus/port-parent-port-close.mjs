import { isMainThread, parentPort, Worker } from 'node:worker_threads';

// parentPort closed in the worker: what is sent after it is lost, and the worker ends by itself.
if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.on('message', (message) => console.log('message', message));
  worker.on('exit', (code) => console.log('exit', code));
} else {
  parentPort.on('message', () => {});
  parentPort.on('close', () => process.exit(6));
  parentPort.postMessage('before');
  parentPort.close();
  parentPort.postMessage('never');
}
