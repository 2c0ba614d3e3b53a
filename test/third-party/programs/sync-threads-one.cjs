// sync-threads from CommonJS, ordinary use: one call of an asynchronous function, and one of another that throws.
// Right: the first returns its answer, the second throws the Worker's error.

const assert = require('node:assert/strict');
const { createSyncFn } = require('sync-threads');

const twice = createSyncFn(require.resolve('./workers/sync-threads-twice.cjs'));
const fails = createSyncFn(require.resolve('./workers/sync-threads-twice.cjs'));
assert.equal(twice(21), 42);
assert.throws(() => fails(-1), /-1 is negative/);
console.log('sync-threads: 42 error');
