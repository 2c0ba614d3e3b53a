// node >= 24.2
import { Worker } from 'node:worker_threads';

const worker = new Worker('./workers/for_ever.mjs');
worker.on('exit', () => console.log('exit'));
await worker[Symbol.asyncDispose]();
console.log('disposed');
