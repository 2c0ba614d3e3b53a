// piscina whose threads wait by Atomics.waitAsync (atomics: 'async'): three tasks, of which one throws.
// Right: each task settles with what belongs to its own argument.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';

const filename = fileURLToPath(new URL('workers/pool-tasks.mjs', import.meta.url));
const pool = new Piscina({ filename, minThreads: 1, maxThreads: 1, atomics: 'async' });
const settled = await Promise.allSettled([1, -1, 3].map((n) => pool.run(n)));
assert.deepEqual(
  settled.map(({ value, reason }) => value ?? reason.message),
  [2, '-1 is negative', 4],
);
await pool.destroy();
console.log('piscina: 2 error 4');
