// sync-message-port 1.2.0: two messages are posted, and the channel is closed. The Worker receives three times.
// Right: it gets both messages, then the value for a closed channel. This is smp-lossy-close.mjs with the version that
// mends it.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SyncMessagePort } from 'sync-message-port';

const { port1, port2 } = SyncMessagePort.createChannel();
const url = new URL('workers/smp-drain.mjs', import.meta.url);
const worker = new Worker(url, { workerData: port2, transferList: [port2] });
const answer = once(worker, 'message');
const port = new SyncMessagePort(port1);
port.postMessage(11);
port.postMessage(12);
port.close();
const [got] = await answer;
assert.deepEqual(got, [11, 12, 'closed']);
console.log('sync-message-port: 11 12 closed');
