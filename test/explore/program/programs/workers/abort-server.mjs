import { parentPort } from 'node:worker_threads';

parentPort.on('message', ({ id, n }) => parentPort.postMessage({ id, answer: 10 * n }));
