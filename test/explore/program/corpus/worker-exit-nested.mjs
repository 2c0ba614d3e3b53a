import { isMainThread, parentPort, Worker } from 'node:worker_threads';

// process.exit comes back to nobody: no catch, no finally, no microtask.
if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.on('message', (message) => console.log('message', message));
  worker.on('exit', (code) => console.log('exit', code));
} else {
  const leave = () => {
    queueMicrotask(() => parentPort.postMessage('never: microtask'));
    process.nextTick(() => parentPort.postMessage('never: tick'));
    try {
      process.exit(3);
    } catch {
      parentPort.postMessage('never: caught');
    } finally {
      parentPort.postMessage('never: finally');
    }
  };
  parentPort.postMessage('before');
  [1].forEach(leave);
  parentPort.postMessage('never: after');
}
