import { Worker } from 'node:worker_threads';

const text = `
  import { parentPort } from 'node:worker_threads';
  parentPort.postMessage(import.meta.url.slice(0, 21));
  parentPort.postMessage(typeof require);
`;
const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(text)}`));
worker.on('message', (message) => console.log('message', message));
worker.on('exit', (code) => console.log('exit', code));
