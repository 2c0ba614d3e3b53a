// node >= 24.6
import { isInternalThread, isMainThread, parentPort, threadName, Worker } from 'node:worker_threads';

if (isMainThread) {
  console.log('main', JSON.stringify(threadName), isInternalThread);
  const worker = new Worker(new URL(import.meta.url), { name: 'counter' });
  console.log('outside', worker.threadName);
  worker.on('message', (message) => console.log('inside', message));
  worker.on('exit', () => console.log('after its end', worker.threadName));
} else parentPort.postMessage(`${threadName} ${isInternalThread}`);
