import { isMainThread, parentPort, Worker } from 'node:worker_threads';

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.on('message', (message) => console.log(message));
  worker.postMessage('go');
} else {
  const report = (text) => parentPort.postMessage(text);
  process.nextTick(() => report('tick'));
  queueMicrotask(() => report('microtask'));
  report('code');
  parentPort.once('message', () => {
    process.nextTick(() => report('tick of a message'));
    queueMicrotask(() => report('microtask of a message'));
    report('message');
  });
}
