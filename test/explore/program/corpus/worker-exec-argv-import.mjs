import { isMainThread, parentPort, Worker } from 'node:worker_threads';

if (isMainThread) {
  const preload = new URL('./workers/preload.mjs', import.meta.url).href;
  const worker = new Worker(new URL(import.meta.url), { execArgv: ['--import', preload] });
  worker.on('message', (message) => console.log('worker', message));
  console.log('main', globalThis.preloaded, process.execArgv.length);
} else parentPort.postMessage(`${globalThis.preloaded} ${process.execArgv[0]} ${process.execArgv.length}`);
