import { Worker } from 'node:worker_threads';

// A worker that would live for ever does not hold the program.
const worker = new Worker('./workers/for_ever.mjs');
worker.on('exit', () => console.log('never'));
worker.unref();
process.on('exit', (code) => console.log('main exits', code));
