// web-worker, ordinary use: a module worker as in a browser, two messages there and back, then self.close().
// Right: the answers come in order, then the event "close".

import assert from 'node:assert/strict';
import Worker from 'web-worker';

const worker = new Worker(new URL('workers/web-worker-double.mjs', import.meta.url), { type: 'module' });
const seen = [];
worker.addEventListener('message', ({ data }) => seen.push(data));
const closed = new Promise((resolve) => worker.addEventListener('close', resolve));
for (const n of [1, 2, null]) worker.postMessage(n);
await closed;
assert.deepEqual(seen, [2, 4, 'bye']);
console.log('web-worker: 2 4 bye');
