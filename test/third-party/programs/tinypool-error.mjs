// tinypool: one thread, of three tasks the second throws.
// Right: that task rejects with the error of the thread, the others get their answers.

import assert from 'node:assert/strict';
import Tinypool from 'tinypool';

const filename = new URL('workers/pool-tasks.mjs', import.meta.url).href;
const pool = new Tinypool({ filename, minThreads: 1, maxThreads: 1 });
const settled = await Promise.allSettled([1, -1, 3].map((n) => pool.run(n)));
assert.deepEqual(
  settled.map(({ value, reason }) => value ?? reason.message),
  [2, '-1 is negative', 4],
);
await pool.destroy();
console.log('tinypool: 2 error 4');
