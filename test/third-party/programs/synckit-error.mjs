// synckit: the second of three calls rejects in the Worker.
// Right: that call throws the Worker's error with its own properties, and the third call gets its own answer.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { createSyncFn } from 'synckit';

const double = createSyncFn(fileURLToPath(new URL('workers/synckit-double.mjs', import.meta.url)));
assert.equal(double(1), 2);
assert.throws(() => double(-1), { message: '-1 is negative', code: 'NEGATIVE' });
assert.equal(double(3), 6);
console.log('synckit: 2 error 6');
