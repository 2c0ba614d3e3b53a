// tinypool with a fresh thread for every task (isolateWorkers): the pool is destroyed while a task runs.
// Right: the task rejects, and no thread is left. Wrong in 2.2.0: the rejected task counts as one that has ended, and
// the pool that was destroyed starts a new thread in its place.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import Tinypool from 'tinypool';

const filename = new URL('workers/pool-tasks.mjs', import.meta.url).href;
const pool = new Tinypool({ filename, minThreads: 1, maxThreads: 1, isolateWorkers: true });
const rejected = assert.rejects(pool.run(null, { name: 'hang' }), /Terminating/);
await pool.destroy();
await rejected;
await sleep(20);
assert.equal(pool.threads.length, 0, 'a thread after destroy()');
console.log('tinypool: no thread is left');
