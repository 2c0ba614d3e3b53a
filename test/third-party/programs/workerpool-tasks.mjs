// workerpool, ordinary use: two threads with methods of their own, three tasks, then the end of the pool.
// Right: each task resolves to the answer to its own argument, and no worker is left.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import workerpool from 'workerpool';

const script = fileURLToPath(new URL('workers/workerpool-methods.mjs', import.meta.url));
const pool = workerpool.pool(script, { minWorkers: 2, maxWorkers: 2, workerType: 'thread' });
const answers = await Promise.all([1, 2, 3].map((n) => pool.exec('increment', [n])));
assert.deepEqual(answers, [2, 3, 4]);
await pool.terminate();
assert.equal(pool.stats().totalWorkers, 0);
console.log(`workerpool: ${answers.join(' ')}`);
