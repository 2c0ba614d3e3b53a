import { isMainThread, Worker } from 'node:worker_threads';

// Nobody listens to 'error': it is thrown in the parent.
if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.on('exit', () => console.log('never: main has ended'));
  process.on('exit', (code) => console.log('main exits', code));
  setInterval(() => {}, 1000);
} else throw new Error('unheard');
