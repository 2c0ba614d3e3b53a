// threads.js, ordinary use: spawn() a module of two functions, call them at once, terminate.
// Right: each call resolves to its own answer, the third rejects with the thread's error.

import assert from 'node:assert/strict';
import { spawn, Thread, Worker } from 'threads';

const thread = await spawn(new Worker('./workers/threads-module.mjs'));
assert.deepEqual(await Promise.all([thread.double(1), thread.later(2)]), [2, 4]);
await assert.rejects(async () => await thread.fail(), { message: 'no' });
await Thread.terminate(thread);
console.log('threads: 2 4 error');
