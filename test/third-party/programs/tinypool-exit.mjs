// tinypool: a task ends its thread by process.exit().
// Right: the task rejects. Wrong in 2.2.0: nobody listens for the exit of a thread; the task never settles, and Node.js
// ends with code 13, an await that is never settled.

import assert from 'node:assert/strict';
import Tinypool from 'tinypool';

const filename = new URL('workers/pool-tasks.mjs', import.meta.url).href;
const pool = new Tinypool({ filename, minThreads: 1, maxThreads: 1 });
await assert.rejects(pool.run(3, { name: 'exit' }));
console.log('tinypool: the task was told');
