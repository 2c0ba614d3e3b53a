// piscina: two threads, a task on each, then close(), which "will wait for the worker tasks to finish".
// Right: both tasks resolve. Wrong in 5.3.2: close() counts one ended task as often as there are threads, and one time
// more; if the first answer comes alone, the pool is destroyed, and the other task rejects with "Terminating worker
// thread". Both answers must be there when the first is read.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';

const filename = fileURLToPath(new URL('workers/pool-tasks.mjs', import.meta.url));
const pool = new Piscina({ filename, minThreads: 2, maxThreads: 2 });
const settled = Promise.allSettled([pool.run(1), pool.run(2)]);
await pool.close();
assert.deepEqual(
  (await settled).map(({ value, reason }) => value ?? reason.message),
  [2, 3],
);
console.log('piscina: 2 3, then closed');
