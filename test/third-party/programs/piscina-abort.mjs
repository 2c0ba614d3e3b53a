// piscina: of two tasks for one thread the first one, which never answers, is aborted.
// Right: it rejects with an AbortError, its thread is replaced, and the second task resolves.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';

const filename = fileURLToPath(new URL('workers/pool-tasks.mjs', import.meta.url));
const pool = new Piscina({ filename, minThreads: 1, maxThreads: 1 });
const controller = new AbortController();
const hanging = pool.run(null, { name: 'hang', signal: controller.signal });
const waiting = pool.run(1);
setImmediate(() => controller.abort());
await assert.rejects(hanging, { name: 'AbortError' });
assert.equal(await waiting, 2);
await pool.destroy();
console.log('piscina: aborted, then 2');
