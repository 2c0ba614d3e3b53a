// comlink: a buffer is transferred to the Worker and back, twice.
// Right: it is empty here while it is there, and comes back with what was written there.

import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';

const worker = new Worker(new URL('workers/comlink-fill.mjs', import.meta.url));
const fill = Comlink.wrap(nodeEndpoint(worker));
let bytes = new Uint8Array(3);
for (const n of [5, 6]) {
  const sent = bytes;
  bytes = await fill(Comlink.transfer(sent, [sent.buffer]), n);
  assert.equal(sent.length, 0);
  assert.deepEqual([...bytes], [n, n, n]);
}
await worker.terminate();
console.log('comlink: 555 666');
