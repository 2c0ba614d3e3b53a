import { Worker } from 'node:worker_threads';

const text = `require('node:worker_threads').parentPort.once('message', ({ readable }) => readable.cancel())`;
const worker = new Worker(text, { eval: true });
const { readable } = new TransformStream();
worker.postMessage({ readable }, [readable]);
