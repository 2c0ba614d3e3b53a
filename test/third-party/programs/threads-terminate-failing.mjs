// threads.js: a pool of two threads with a task on each, of which the second fails; the main thread waits for the first
// and terminates the pool. (The failure of the second is awaited, too.)
// Right: terminate() ends both threads. Wrong in 1.7.0: if the second task fails only after terminate() was called,
// terminate() rejects with the task's error, and both threads live on.

import assert from 'node:assert/strict';
import { Pool, spawn, Worker } from 'threads';

const pool = Pool(() => spawn(new Worker('./workers/threads-module.mjs')), 2);
const failing = pool.queue((thread) => thread.fail());
const right = pool.queue((thread) => thread.later(1));
const failed = failing.then(assert.fail, (error) => assert.equal(error.message, 'no'));
assert.equal(await right, 2);
await pool.terminate();
await failed;
console.log('threads: 2, one error, terminated');
