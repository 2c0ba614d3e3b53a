// comlink: a second endpoint is asked for, used, and released while the first is in use.
// Right: calls by both reach the same object; after its release the second one throws, and the first still answers.

import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';

const worker = new Worker(new URL('workers/comlink-counter.mjs', import.meta.url));
const counter = Comlink.wrap(nodeEndpoint(worker));
const port = await counter[Comlink.createEndpoint]();
const second = Comlink.wrap(port);
const sums = await Promise.all([counter.add(1), second.add(1)]);
assert.deepEqual(sums.sort(), [1, 2]);
second[Comlink.releaseProxy]();
assert.throws(() => second.add(1), /released/);
assert.equal(await counter.add(1), 3);
await worker.terminate();
console.log('comlink: 3 by two endpoints');
