// sync-threads: one function is called twice in turn.
// Right: 42, then 44. Wrong in 1.0.1: nothing sets the word back after the first call, so that the second does not wait,
// and returns the first one's answer, unless its Worker is faster than the next statement.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { createSyncFn } from 'sync-threads';

const twice = createSyncFn(fileURLToPath(new URL('workers/sync-threads-twice.cjs', import.meta.url)));
assert.deepEqual([twice(21), twice(22)], [42, 44]);
console.log('sync-threads: 42 44');
