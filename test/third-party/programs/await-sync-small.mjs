// await-sync, ordinary use: two functions in one Worker, called in turn as if they were synchronous; small results.
// Right: each call returns the bytes of its own answer, and the error of the third call is thrown here.

import assert from 'node:assert/strict';
import { createWorker } from 'await-sync';

const controller = new AbortController();
const awaitSync = createWorker(controller.signal);
const text = (bytes) => new TextDecoder().decode(bytes);
const double = awaitSync(async (n) => new TextEncoder().encode(String(2 * n)), text);
const fail = awaitSync(async () => {
  throw new Error('no');
});
assert.equal(double(2), '4');
assert.equal(double(30), '60');
assert.throws(() => fail(), { message: 'no' });
controller.abort();
console.log('await-sync: 4 60 error');
