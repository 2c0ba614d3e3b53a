import { Worker } from 'node:worker_threads';

// Whether it came to run a line of its own is chance, and with it the code: 0 or 1, the same for both.
const worker = new Worker('./workers/for_ever.mjs');
let exit;
worker.on('exit', (code) => {
  exit = code;
});
const code = await worker.terminate();
console.log('same', exit === code, '0 or 1', code === 0 || code === 1);
