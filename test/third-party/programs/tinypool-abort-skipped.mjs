// tinypool: a thread that may run two tasks at once runs two; a third one that can be aborted waits, and is aborted.
// Right: it rejects with an AbortError whenever that happens, or has run already. Wrong in 2.2.0: where the first task
// ends before the abort and the second one after it, the third has been put into a second queue, which the abort does
// not know: it throws an AssertionError that nobody can catch.

import assert from 'node:assert/strict';
import Tinypool from 'tinypool';

const filename = new URL('workers/pool-two-at-once.mjs', import.meta.url).href;
const pool = new Tinypool({ filename, minThreads: 1, maxThreads: 1, concurrentTasksPerWorker: 2 });
const controller = new AbortController();
const first = pool.run(1);
const second = pool.run(2, { name: 'later' });
const third = pool.run(3, { signal: controller.signal }).catch((reason) => reason.name);
setTimeout(() => controller.abort(), 5);
assert.deepEqual(await Promise.all([first, second]), [1, 2]);
const outcome = await third;
assert.ok(outcome === 'AbortError' || outcome === 3, String(outcome));
await pool.destroy();
console.log(`tinypool: 1 2 ${outcome}`);
