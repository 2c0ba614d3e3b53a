import { Worker } from 'node:worker_threads';

const worker = new Worker('./workers/for_ever.mjs');
worker.on('message', async (message) => {
  console.log('message', message);
  worker.on('exit', (code) => console.log('exit', code, worker.threadId));
  console.log('terminate gives', await worker.terminate());
  console.log('after its end it gives', await worker.terminate());
});
