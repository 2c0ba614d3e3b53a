// piscina: one thread, a task that runs and one that waits, then close().
// Right: the task that was started resolves; the other resolves, too, or is refused, but it is told.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';

const filename = fileURLToPath(new URL('workers/pool-tasks.mjs', import.meta.url));
const pool = new Piscina({ filename, minThreads: 1, maxThreads: 1 });
const settled = Promise.allSettled([pool.run(1), pool.run(2)]);
await pool.close();
const [first, second] = await settled;
assert.equal(first.value, 2);
assert.ok(second.value === 3 || second.reason instanceof Error);
console.log('piscina: closed');
