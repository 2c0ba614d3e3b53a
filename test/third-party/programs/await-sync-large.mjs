// await-sync: a result of 20,000 bytes, handed over in three parts; then a small one.
// Right: both come whole. Wrong in 1.0.3: the main thread notifies without changing the word; if it does so before the
// Worker sleeps, the Worker sleeps for ever. The first call may return all the same; the next one hangs.

import assert from 'node:assert/strict';
import { createWorker } from 'await-sync';

const controller = new AbortController();
const awaitSync = createWorker(controller.signal);
const bytes = awaitSync(async (length) => new Uint8Array(length).fill(7));
const large = bytes(20_000);
assert.equal(large.length, 20_000);
assert.ok(large.every((byte) => byte === 7));
assert.equal(bytes(3).length, 3);
controller.abort();
console.log('await-sync: 20000 3');
