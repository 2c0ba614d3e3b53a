// comlink, wrongly used: two Workers add 1 to one counter in a third, each by reading its property and writing it.
// Right: the counter is 2. Wrong: between a Worker's read and its write (workers/comlink-increment.mjs, the two lines
// with await) the other one reads, and one update is lost. Plain Node.js nearly always passes: the second Worker starts
// when the first one is online.

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
  const worker = new Worker(url, { workerData: { port: port2, how: 'write' }, transferList: [port2] });
  exits.push(once(worker, 'exit'));
  await once(worker, 'online');
}
await Promise.all(exits);
assert.equal(await counter.value, 2);
await server.terminate();
console.log('comlink: 2');
