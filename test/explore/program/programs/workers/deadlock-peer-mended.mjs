// Asks the other peer one question when it is told to, and answers the other's.

import { parentPort, workerData } from 'node:worker_threads';

const { name, port } = workerData;

function ask() {
  port.postMessage('question');
}

port.on('message', (message) => {
  if (message === 'question') port.postMessage(`answer of ${name}`);
  else parentPort.postMessage(message);
});
parentPort.on('message', ask);
parentPort.postMessage('ready');
