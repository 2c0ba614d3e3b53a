// tinypool, ordinary use: two threads, three tasks at once, then the end of the pool.
// Right: each task resolves to the answer to its own argument, and the pool is gone after destroy().

import assert from 'node:assert/strict';
import Tinypool from 'tinypool';

const filename = new URL('workers/pool-tasks.mjs', import.meta.url).href;
const pool = new Tinypool({ filename, minThreads: 2, maxThreads: 2 });
const answers = await Promise.all([1, 2, 3].map((n) => pool.run(n)));
assert.deepEqual(answers, [2, 3, 4]);
await pool.destroy();
assert.equal(pool.threads.length, 0);
console.log(`tinypool: ${answers.join(' ')}`);
