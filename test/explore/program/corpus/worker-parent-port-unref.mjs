import { isMainThread, parentPort, Worker } from 'node:worker_threads';

// An unref'd parentPort with a listener does not keep the worker alive.
if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.on('message', (message) => console.log('message', message));
  worker.on('exit', (code) => console.log('exit', code));
} else {
  parentPort.on('message', () => {});
  parentPort.postMessage(`ref ${parentPort.hasRef()}`);
  parentPort.unref();
  parentPort.postMessage(`ref ${parentPort.hasRef()}`);
}
