// comlink with its node-adapter, ordinary use: an object in a Worker, two calls at once, a property, an error.
// Right: each call resolves or rejects with what belongs to it, and the Worker ends at terminate().

import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';

const worker = new Worker(new URL('workers/comlink-counter.mjs', import.meta.url));
const counter = Comlink.wrap(nodeEndpoint(worker));
assert.deepEqual(await Promise.all([counter.add(1), counter.add(2)]), [1, 3]);
assert.equal(await counter.value, 3);
await assert.rejects(counter.add('x'), { message: 'x is no number' });
await worker.terminate();
console.log('comlink: 1 3 3 error');
