// tinypool: the pool is destroyed while one task runs and another waits for the only thread.
// Right: both tasks reject with "Terminating worker thread", and no thread is left.

import assert from 'node:assert/strict';
import Tinypool from 'tinypool';

const filename = new URL('workers/pool-tasks.mjs', import.meta.url).href;
const pool = new Tinypool({ filename, minThreads: 1, maxThreads: 1 });
const tasks = [pool.run(null, { name: 'hang' }), pool.run(1)];
const settled = Promise.allSettled(tasks);
await pool.destroy();
assert.deepEqual(
  (await settled).map(({ reason }) => reason?.message),
  ['Terminating worker thread', 'Terminating worker thread'],
);
assert.equal(pool.threads.length, 0);
console.log('tinypool: both tasks were told');
