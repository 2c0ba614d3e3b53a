// tinypool: a buffer is transferred to a task; a second one that cannot be cloned is refused.
// Right: the first buffer has gone from here and is whole there; the second task rejects with a DataCloneError.

import assert from 'node:assert/strict';
import Tinypool from 'tinypool';

const filename = new URL('workers/pool-tasks.mjs', import.meta.url).href;
const pool = new Tinypool({ filename, name: 'length', minThreads: 1, maxThreads: 1 });
const bytes = new Uint8Array(1000);
const moved = pool.run(Tinypool.move(bytes));
assert.equal(bytes.length, 0);
await assert.rejects(
  pool.run(() => {}),
  { name: 'DataCloneError' },
);
assert.equal(await moved, 1000);
await pool.destroy();
console.log('tinypool: 1000 bytes moved');
