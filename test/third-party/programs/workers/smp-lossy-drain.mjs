import { parentPort, workerData } from 'node:worker_threads';
import { SyncMessagePort } from 'sync-message-port-lossy';

const port = new SyncMessagePort(workerData);
const got = [1, 2, 3].map(() => port.receiveMessage({ closedValue: 'closed' }));
parentPort.postMessage(got);
