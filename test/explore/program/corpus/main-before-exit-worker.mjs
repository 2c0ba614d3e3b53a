import { Worker } from 'node:worker_threads';

// Work that 'beforeExit' adds may be a worker.
process.once('beforeExit', () => {
  const worker = new Worker('./workers/hello.mjs');
  worker.on('message', (message) => console.log('message', message));
  worker.on('exit', (code) => console.log('exit', code));
});
console.log('code');
