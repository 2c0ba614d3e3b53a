// synckit from CommonJS, main and Worker: two calls and one error.
// Right: each call returns or throws what its own argument leads to.

const assert = require('node:assert/strict');
const { createSyncFn } = require('synckit');

const half = createSyncFn(require.resolve('./workers/synckit-half.cjs'));
assert.equal(half(8), 4);
assert.throws(() => half(3), /3 is odd/);
assert.equal(half(2), 1);
console.log('synckit: 4 error 1');
