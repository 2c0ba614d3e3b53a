import { Worker } from 'node:worker_threads';

// The text is CommonJS: require is there, and this file's folder is no matter to it.
const text = `
  const { parentPort, workerData, isMainThread } = require('node:worker_threads');
  parentPort.postMessage([typeof require, typeof module, isMainThread, workerData.n, __filename]);
`;
const worker = new Worker(text, { eval: true, workerData: { n: 5 } });
worker.on('message', (message) => console.log('message', message.join(' ')));
worker.on('exit', (code) => console.log('exit', code));
