// piscina: two pools of one thread each, without Atomics and with, two tasks each, destroyed one after the other.
// Right: every task resolves to the answer to its own argument.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';

const filename = fileURLToPath(new URL('workers/pool-tasks.mjs', import.meta.url));
const pools = ['disabled', 'sync'].map(
  (atomics) => new Piscina({ filename, minThreads: 1, maxThreads: 1, atomics }),
);
const answers = await Promise.all(pools.flatMap((pool, i) => [pool.run(10 * i), pool.run(10 * i + 1)]));
assert.deepEqual(answers, [1, 2, 11, 12]);
for (const pool of pools) await pool.destroy();
console.log(`piscina: ${answers.join(' ')} from two pools`);
