// threads.js: a pool of two threads; the main thread waits for the first task, then for the pool to be done.
// Right: completed() resolves. Wrong in 1.7.0: it waits for the next time that the queue is found empty; if all tasks
// have ended before it is called, that time never comes. (After three seconds this program gives up, with code 1.)

import assert from 'node:assert/strict';
import { Pool, spawn, Worker } from 'threads';

const pool = Pool(() => spawn(new Worker('./workers/threads-module.mjs')), 2);
const first = pool.queue((thread) => thread.double(1));
const second = pool.queue((thread) => thread.later(2));
assert.equal(await first, 2);
const late = setTimeout(() => assert.fail('completed() has not resolved'), 3000);
await pool.completed();
clearTimeout(late);
assert.equal(await second, 4);
await pool.terminate();
console.log('threads: 2, completed, 4');
