import { isMainThread, parentPort, Worker } from 'node:worker_threads';

if (isMainThread) {
  process.env.CORPUS_MAIN = 'main';
  const env = { A: 'a', N: 1, GONE: undefined };
  const worker = new Worker(new URL(import.meta.url), { env });
  env.A = 'changed after the start';
  worker.on('message', (message) => console.log(message));
} else parentPort.postMessage(JSON.stringify(Object.entries(process.env).sort()));
