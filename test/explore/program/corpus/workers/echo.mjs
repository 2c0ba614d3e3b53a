import { parentPort } from 'node:worker_threads';

// Sends every message back; 'stop' ends it.
parentPort.on('message', (message) => {
  if (message === 'stop') parentPort.close();
  else parentPort.postMessage(message);
});
