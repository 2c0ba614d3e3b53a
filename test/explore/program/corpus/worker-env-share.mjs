import { isMainThread, SHARE_ENV, Worker } from 'node:worker_threads';

if (isMainThread) {
  process.env.CORPUS_A = 'main';
  const worker = new Worker(new URL(import.meta.url), { env: SHARE_ENV });
  worker.on('exit', () => console.log(process.env.CORPUS_A, process.env.CORPUS_B, 'CORPUS_C' in process.env));
  process.env.CORPUS_C = 'deleted by the worker at last';
  worker.postMessage('go');
} else {
  const { parentPort } = await import('node:worker_threads');
  parentPort.once('message', () => {
    process.env.CORPUS_B = `worker saw ${process.env.CORPUS_A}`;
    process.env.CORPUS_A = 'worker';
    delete process.env.CORPUS_C;
  });
}
