// sync-message-port from CommonJS: the main thread polls with receiveMessageIfAvailable() on immediates.
// Right: both messages of the Worker come, once each and in order.

const assert = require('node:assert/strict');
const { Worker } = require('node:worker_threads');
const { SyncMessagePort } = require('sync-message-port');

async function main() {
  const { port1, port2 } = SyncMessagePort.createChannel();
  new Worker(require.resolve('./workers/smp-posts-two.cjs'), { workerData: port2, transferList: [port2] });
  const port = new SyncMessagePort(port1);
  const got = [];
  while (got.length < 2) {
    const message = port.receiveMessageIfAvailable();
    if (message) got.push(message.message);
    else await new Promise(setImmediate);
  }
  port.close();
  assert.deepEqual(got, ['a', 'b']);
  console.log('sync-message-port: a b');
}

main();
