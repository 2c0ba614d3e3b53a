// tinypool: a running task that never answers is aborted; its thread is replaced, and the next task runs.
// Right: the first task rejects with an AbortError, the second resolves to its answer.

import assert from 'node:assert/strict';
import Tinypool from 'tinypool';

const filename = new URL('workers/pool-tasks.mjs', import.meta.url).href;
const pool = new Tinypool({ filename, minThreads: 1, maxThreads: 1 });
const controller = new AbortController();
const hanging = pool.run(null, { name: 'hang', signal: controller.signal });
setImmediate(() => controller.abort());
await assert.rejects(hanging, { name: 'AbortError' });
assert.equal(await pool.run(1), 2);
await pool.destroy();
console.log('tinypool: aborted, then 2');
