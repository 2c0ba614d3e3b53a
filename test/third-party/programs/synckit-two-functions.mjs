// synckit: two functions, each with a Worker of its own, called in turn. All functions of a thread share one word to
// wait on, so that an answer to one call could wake another.
// Right: each call returns the answer of its own function to its own argument.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { createSyncFn } from 'synckit';

const worker = (name) => fileURLToPath(new URL(`workers/${name}`, import.meta.url));
const double = createSyncFn(worker('synckit-double.mjs'));
const square = createSyncFn(worker('synckit-square.mjs'));
const answers = [double(5), square(5), double(7), square(7)];
assert.deepEqual(answers, [10, 25, 14, 49]);
console.log(`synckit: ${answers.join(' ')}`);
