// A request/response client over one MessageChannel: two questions at once. The server has a Worker for each kind of
// question, and starts the second one when it is first needed.
// Right: each call resolves to the answer to its own question. Wrong: the client takes answers in the order of its
// questions (the line with waiting.shift()); if the second answer overtakes the first, both calls get the other's.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';

const { port1: port, port2 } = new MessageChannel();
const server = new Worker(new URL('workers/rpc-server.mjs', import.meta.url), {
  workerData: { port: port2 },
  transferList: [port2],
});
await once(server, 'message');

const waiting = [];
port.on('message', ({ answer }) => waiting.shift()(answer));
const call = (question) =>
  new Promise((resolve) => {
    waiting.push(resolve);
    port.postMessage({ question });
  });

const answers = await Promise.all([call('red'), call('blue')]);
assert.deepEqual(answers, ['red is #f00', 'blue is #00f']);
await server.terminate();
console.log('rpc: red, blue');
