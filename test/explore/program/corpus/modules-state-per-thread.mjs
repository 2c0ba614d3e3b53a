import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { count, increment } from './workers/counter.mjs';

// Each thread has its own instance of each module, and its own globals.
globalThis.mark = (globalThis.mark ?? 0) + 1;
increment();
if (isMainThread) {
  increment();
  const worker = new Worker(new URL(import.meta.url));
  worker.on('message', (message) => console.log('worker', message));
  worker.on('exit', () => console.log('main', count, globalThis.mark));
} else parentPort.postMessage(`${count} ${globalThis.mark}`);
