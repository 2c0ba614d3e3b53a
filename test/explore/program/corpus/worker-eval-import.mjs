import { Worker } from 'node:worker_threads';

const text = `
  const { parentPort } = require('node:worker_threads');
  import('node:path').then(({ posix }) => parentPort.postMessage(posix.join('a', '..', 'b')));
`;
const worker = new Worker(text, { eval: true });
worker.on('message', (message) => console.log('message', message));
worker.on('exit', (code) => console.log('exit', code));
