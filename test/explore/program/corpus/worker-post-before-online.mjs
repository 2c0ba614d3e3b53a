import { Worker } from 'node:worker_threads';

// Messages wait in the worker's port until it listens, in their order.
const worker = new Worker('./workers/echo.mjs');
for (const n of [1, 2, 3]) worker.postMessage(n);
worker.postMessage('stop');
worker.on('message', (n) => console.log('back', n));
worker.on('exit', (code) => console.log('exit', code));
