// comlink through two Workers: the main thread calls the first, which starts the second and calls it.
// Right: both calls come back with what the second one answered.

import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';

const worker = new Worker(new URL('workers/comlink-middle.mjs', import.meta.url));
const middle = Comlink.wrap(nodeEndpoint(worker));
assert.deepEqual(await Promise.all([middle.add(2), middle.add(3)]), [20, 50]);
await worker.terminate();
console.log('comlink: 20 50 from a nested Worker');
