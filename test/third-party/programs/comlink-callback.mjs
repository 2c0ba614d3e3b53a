// comlink: the Worker calls back into the main thread by a proxied function, twice, while the call that was given it
// goes on. Its messages go through a channel of their own, whose port is transferred.
// Right: the call resolves to what the two callbacks returned, and they came in order.

import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';

const worker = new Worker(new URL('workers/comlink-counter.mjs', import.meta.url));
const counter = Comlink.wrap(nodeEndpoint(worker));
const seen = [];
const double = Comlink.proxy((n) => {
  seen.push(n);
  return 2 * n;
});
assert.equal(await counter.each([1, 2], double), 6);
assert.deepEqual(seen, [1, 2]);
await worker.terminate();
console.log('comlink: 6 by callbacks');
