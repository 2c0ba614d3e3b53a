// node >= 24.5
import { isMainThread, locks, parentPort, Worker } from 'node:worker_threads';

// The worker's request waits for main's lock; a listener holds the worker, a request alone does not.
if (isMainThread) {
  console.log(locks === navigator.locks);
  let release;
  const held = locks.request('door', (lock) => {
    console.log('main has', lock.name, lock.mode);
    return new Promise((resolve) => {
      release = resolve;
    });
  });
  console.log('if available', await locks.request('door', { ifAvailable: true }, (lock) => lock));
  const worker = new Worker(new URL(import.meta.url));
  worker.on('message', (message) => {
    console.log(message);
    if (message === 'asks') release();
  });
  await held;
} else {
  parentPort.on('message', () => {});
  parentPort.postMessage('asks');
  await locks.request('door', { mode: 'shared' }, ({ name, mode }) =>
    parentPort.postMessage(`worker has ${name} ${mode}`),
  );
  parentPort.close();
}
