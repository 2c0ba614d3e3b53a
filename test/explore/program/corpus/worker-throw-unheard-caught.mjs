import { isMainThread, Worker } from 'node:worker_threads';

if (isMainThread) {
  process.on('uncaughtException', (error, origin) => console.log(origin, error.message));
  const worker = new Worker(new URL(import.meta.url));
  worker.on('exit', (code) => console.log('exit', code));
} else throw new Error('unheard');
