import { isMainThread, parentPort, Worker } from 'node:worker_threads';

// A module that failed fails again with the same error, and is run once.
const TEXT = `data:text/javascript,${encodeURIComponent(
  'globalThis.runs = (globalThis.runs ?? 0) + 1; throw new Error("failed");',
)}`;
const attempt = () => import(TEXT).catch((error) => error);
const [first, second] = [await attempt(), await attempt()];
const text = `${first.message} ${first === second} ${globalThis.runs}`;
if (isMainThread) {
  console.log(text);
  new Worker(new URL(import.meta.url)).on('message', (message) => console.log('worker', message));
} else parentPort.postMessage(text);
