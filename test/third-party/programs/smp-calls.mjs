// sync-message-port, ordinary use: the Worker asks the main thread twice, and waits for each answer synchronously.
// Right: it gets the answers to its own questions, in order.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SyncMessagePort } from 'sync-message-port';

const { port1, port2 } = SyncMessagePort.createChannel();
const url = new URL('workers/smp-asks.mjs', import.meta.url);
const worker = new Worker(url, { workerData: port2, transferList: [port2] });
const port = new SyncMessagePort(port1);
port.on('message', (n) => port.postMessage(10 * n));
const [answers] = await once(worker, 'message');
port.close();
assert.deepEqual(answers, [10, 20]);
console.log('sync-message-port: 10 20');
