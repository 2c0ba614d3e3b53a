import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

// terminate() listens to 'exit' itself: listeners that were there before it are called before it goes on.
const worker = new Worker('./workers/for_ever.mjs');
await once(worker, 'message');
worker.on('exit', () => console.log('listener before'));
const ended = worker.terminate().then(() => console.log('promise'));
worker.on('exit', () => console.log('listener after'));
await ended;
