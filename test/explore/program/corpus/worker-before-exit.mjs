import { isMainThread, parentPort, Worker } from 'node:worker_threads';

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.on('message', (message) => console.log('message', message));
  worker.on('exit', (code) => console.log('exit', code));
} else {
  let rounds = 0;
  process.on('beforeExit', (code) => {
    parentPort.postMessage(`beforeExit ${code} ${rounds}`);
    if (rounds++ < 2) setImmediate(() => parentPort.postMessage('more work'));
  });
}
