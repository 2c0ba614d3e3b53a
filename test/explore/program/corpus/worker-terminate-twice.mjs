import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const worker = new Worker('./workers/for_ever.mjs');
await once(worker, 'message');
let exits = 0;
worker.on('exit', () => exits++);
const codes = await Promise.all([worker.terminate(), worker.terminate()]);
console.log('codes', codes.join(' '), 'exit events', exits);
