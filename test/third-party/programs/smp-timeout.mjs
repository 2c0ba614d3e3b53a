// sync-message-port: the main thread receives with a timeout while the Worker posts two messages and closes.
// Right: whatever times out, both messages come, once each and in order, and then the value for a closed channel.

import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import { SyncMessagePort } from 'sync-message-port';

const { port1, port2 } = SyncMessagePort.createChannel();
const url = new URL('workers/smp-posts.mjs', import.meta.url);
new Worker(url, { workerData: port2, transferList: [port2] });
const port = new SyncMessagePort(port1);
const got = [];
for (let i = 0; i < 500 && got.at(-1) !== 'closed'; i++) {
  const message = port.receiveMessage({ timeout: 20, timeoutValue: 'late', closedValue: 'closed' });
  if (message !== 'late') got.push(message);
}
port.close();
assert.deepEqual(got, [1, 2, 'closed']);
console.log('sync-message-port: 1 2 closed');
