// synckit: a call times out, is caught, and another function is called, with a Worker of its own and time enough.
// Right: the second call returns its answer. Wrong in 0.9.1: the late answer of the first Worker adds to the word that
// all functions share; the second call wakes by it, finds no message on its own port, and throws a TypeError.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { createSyncFn } from 'synckit';

const worker = fileURLToPath(new URL('workers/synckit-square.mjs', import.meta.url));
const patient = createSyncFn(worker);
assert.equal(patient(2), 4);
const slow = createSyncFn(fileURLToPath(new URL('workers/synckit-slow.mjs', import.meta.url)), 50);
assert.throws(() => slow(100), /timed-out/);
assert.equal(patient(3, 400), 9);
console.log('synckit: 4 timeout 9');
