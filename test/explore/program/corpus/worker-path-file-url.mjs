import { Worker } from 'node:worker_threads';

const worker = new Worker(new URL('./workers/hello.mjs', import.meta.url));
worker.on('message', (message) => console.log('message', message));
worker.on('exit', (code) => console.log('exit', code));
