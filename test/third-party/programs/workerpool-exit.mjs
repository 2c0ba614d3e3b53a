// workerpool: a task ends its thread by process.exit(), and another task comes after that.
// Right: the first task rejects, the other one resolves in a new thread.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import workerpool from 'workerpool';

const script = fileURLToPath(new URL('workers/workerpool-methods.mjs', import.meta.url));
const pool = workerpool.pool(script, { maxWorkers: 1, workerType: 'thread' });
await assert.rejects(async () => await pool.exec('exit', [3]), /terminated Unexpectedly/);
assert.equal(await pool.exec('increment', [1]), 2);
await pool.terminate();
console.log('workerpool: exit 3, then 2');
