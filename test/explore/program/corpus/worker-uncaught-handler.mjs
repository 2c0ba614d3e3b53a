import { isMainThread, parentPort, Worker } from 'node:worker_threads';

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.on('error', () => console.log('never'));
  worker.on('message', (message) => console.log('message', message));
  worker.on('exit', (code) => console.log('exit', code));
  worker.postMessage('go');
} else {
  process.on('uncaughtException', (error, origin) => parentPort.postMessage(`${origin}: ${error.message}`));
  parentPort.once('message', (message) => {
    setImmediate(() => {
      parentPort.postMessage('goes on');
      Promise.reject(new Error('rejected'));
    });
    throw new Error(message);
  });
}
