import { isMainThread, parentPort, Worker } from 'node:worker_threads';

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.on('error', () => console.log('never'));
  worker.on('message', (message) => console.log('message', message));
  worker.on('exit', (code) => console.log('exit', code));
} else {
  process.on('unhandledRejection', (reason, promise) =>
    parentPort.postMessage(`unhandled ${reason} ${promise instanceof Promise}`),
  );
  process.on('rejectionHandled', () => parentPort.postMessage('handled late'));
  const rejected = Promise.reject('reason');
  setImmediate(() => rejected.catch(() => parentPort.postMessage('caught')));
}
