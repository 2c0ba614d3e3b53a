import { Worker } from 'node:worker_threads';

// Without a listener to messages a worker ends when its work is done, whatever was sent to it.
const worker = new Worker('require("node:worker_threads").parentPort.postMessage("done")', { eval: true });
for (const n of [1, 2]) worker.postMessage(n);
worker.on('message', (message) => console.log('message', message));
worker.on('exit', (code) => console.log('exit', code));
