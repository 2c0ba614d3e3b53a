// comlink: two Workers add 1 to one counter in a third, each by one call, which the counter's thread runs as a whole.
// Right: the counter is 2, in every order. This is comlink-lost-update.mjs, mended.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';

const server = new Worker(new URL('workers/comlink-counter.mjs', import.meta.url));
const counter = Comlink.wrap(nodeEndpoint(server));
const exits = [];
for (let i = 0; i < 2; i++) {
  const { port1, port2 } = new MessageChannel();
  await counter.serve(Comlink.transfer(port1, [port1]));
  const url = new URL('workers/comlink-increment.mjs', import.meta.url);
  const worker = new Worker(url, { workerData: { port: port2, how: 'call' }, transferList: [port2] });
  exits.push(once(worker, 'exit'));
  await once(worker, 'online');
}
await Promise.all(exits);
assert.equal(await counter.value, 2);
await server.terminate();
console.log('comlink: 2');
