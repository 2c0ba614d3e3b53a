// piscina: a task ends its thread by process.exit() while another task waits for it.
// Right: the first task rejects with the code, a new thread takes the second.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';

const filename = fileURLToPath(new URL('workers/pool-tasks.mjs', import.meta.url));
const pool = new Piscina({ filename, minThreads: 1, maxThreads: 1 });
const ending = assert.rejects(pool.run(3, { name: 'exit' }), /worker exited with code: 3/);
const waiting = pool.run(1);
await ending;
assert.equal(await waiting, 2);
await pool.destroy();
console.log('piscina: exit 3, then 2');
