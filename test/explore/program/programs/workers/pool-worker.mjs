import { parentPort, workerData } from 'node:worker_threads';

const IDLE = 0;
const { states, index, order } = workerData;

parentPort.on('message', ({ id, n }) => {
  const result = n * n;
  if (order === 'idle, then answer') {
    Atomics.store(states, index, IDLE);
    parentPort.postMessage({ id, result });
  } else {
    parentPort.postMessage({ id, result });
    Atomics.store(states, index, IDLE);
  }
});
