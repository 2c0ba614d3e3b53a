const { workerData } = require('node:worker_threads');
const { SyncMessagePort } = require('sync-message-port');

const port = new SyncMessagePort(workerData);
port.postMessage('a');
port.postMessage('b');
// It stays until the main thread closes the channel.
port.on('message', () => {});
