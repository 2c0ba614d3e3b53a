import { parentPort, workerData } from 'node:worker_threads';
import { SyncMessagePort } from 'sync-message-port';

const port = new SyncMessagePort(workerData);
const ask = (n) => {
  port.postMessage(n);
  return port.receiveMessage();
};
parentPort.postMessage([ask(1), ask(2)]);
