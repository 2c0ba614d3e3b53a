import { Worker } from 'node:worker_threads';

const worker = new Worker('./workers/echo.mjs');
worker.unref();
worker.unref();
worker.ref();
worker.on('message', (message) => {
  console.log('message', message);
  worker.postMessage('stop');
});
worker.on('exit', (code) => console.log('exit', code));
worker.postMessage('still here');
