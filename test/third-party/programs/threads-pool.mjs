// threads.js: a pool of two threads, three tasks, completed(), terminate().
// Right: each task resolves to its own answer, and completed() resolves after them.

import assert from 'node:assert/strict';
import { Pool, spawn, Worker } from 'threads';

const pool = Pool(() => spawn(new Worker('./workers/threads-module.mjs')), 2);
const tasks = [1, 2, 3].map((n) => pool.queue((thread) => thread.double(n)));
await pool.completed();
assert.deepEqual(await Promise.all(tasks), [2, 4, 6]);
await pool.terminate();
console.log('threads: 2 4 6');
