import { isMainThread, parentPort, Worker } from 'node:worker_threads';

if (isMainThread) {
  const preloads = ['--require', './workers/preload.cjs', '--import', './workers/preload.mjs'];
  const worker = new Worker(new URL(import.meta.url), { execArgv: preloads });
  worker.on('message', (message) => console.log('worker', message));
} else parentPort.postMessage(globalThis.preloaded.join(' '));
