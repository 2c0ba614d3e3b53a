import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

// The child would live for ever: it ends with its parent.
if (isMainThread) {
  const parent = new Worker(new URL(import.meta.url), { workerData: 'parent' });
  parent.on('message', (message) => console.log('message', message));
  parent.on('exit', (code) => console.log('exit', code));
} else {
  const child = new Worker('./workers/for_ever.mjs');
  child.on('exit', () => parentPort.postMessage('never'));
  child.on('message', (message) => {
    parentPort.postMessage(`${workerData} heard ${message}`);
    process.exit(5);
  });
}
