// synckit, ordinary use: one asynchronous function of a Worker, called three times in turn as if it were synchronous.
// Right: each call returns the answer to its own argument.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { createSyncFn } from 'synckit';

const double = createSyncFn(fileURLToPath(new URL('workers/synckit-double.mjs', import.meta.url)));
const answers = [1, 2, 3].map((n) => double(n));
assert.deepEqual(answers, [2, 4, 6]);
console.log(`synckit: ${answers.join(' ')}`);
