import { isMainThread, Worker } from 'node:worker_threads';

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.on('exit', (code) => console.log('exit', code));
  worker.on('error', (error) => {
    console.log('error', error instanceof TypeError, error.message);
    console.log('its stack names the file', error.stack.includes('worker-throw-top-level.mjs'));
  });
} else throw new TypeError('at the top level');
