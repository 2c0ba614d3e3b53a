// Passes each question on to the Worker that knows the answer, and the answer back.

import { parentPort, Worker, workerData } from 'node:worker_threads';

const { port } = workerData;
const experts = new Map();

function expert(color) {
  let worker = experts.get(color);
  if (worker === undefined) {
    worker = new Worker(new URL('rpc-expert.mjs', import.meta.url), { workerData: color });
    worker.on('message', (message) => {
      if (message === 'ready') parentPort.postMessage(`${color} is ready`);
      else port.postMessage(message);
    });
    experts.set(color, worker);
  }
  return worker;
}

expert('red');
port.on('message', (request) => expert(request.question).postMessage(request));
