import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

// A worker that was unref'd holds the program again once it is terminated: the await comes to its end.
const worker = new Worker('./workers/for_ever.mjs');
await once(worker, 'message');
worker.unref();
console.log('code', await worker.terminate());
