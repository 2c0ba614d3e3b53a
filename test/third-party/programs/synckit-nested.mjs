// synckit inside a Worker: the main thread starts a Worker, and that one calls a function of a third thread.
// Right: the main thread receives both answers in one message, and everything ends with code 0.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const worker = new Worker(new URL('workers/synckit-middle.mjs', import.meta.url));
const [answers] = await once(worker, 'message');
assert.deepEqual(answers, [8, 10]);
const [code] = await once(worker, 'exit');
assert.equal(code, 0);
console.log(`synckit: ${answers.join(' ')} from a nested Worker`);
