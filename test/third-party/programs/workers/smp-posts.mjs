import { workerData } from 'node:worker_threads';
import { SyncMessagePort } from 'sync-message-port';

const port = new SyncMessagePort(workerData);
port.postMessage(1);
port.postMessage(2);
port.close();
