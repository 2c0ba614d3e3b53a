import { workerData as color, parentPort } from 'node:worker_threads';

const codes = { red: '#f00', blue: '#00f' };

parentPort.on('message', ({ id }) => parentPort.postMessage({ id, answer: `${color} is ${codes[color]}` }));
parentPort.postMessage('ready');
