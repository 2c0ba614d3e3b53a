// workerpool: a task ends its thread by process.exit() while another task waits for that thread.
// Right: the first task rejects, the other one resolves in a new thread. Wrong in 10.0.3: the tasks of a thread that has
// ended are rejected before they are forgotten; the thread counts as busy, its removal never ends, and what waits is
// never started: Node.js ends with code 13.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import workerpool from 'workerpool';

const script = fileURLToPath(new URL('workers/workerpool-methods.mjs', import.meta.url));
const pool = workerpool.pool(script, { maxWorkers: 1, workerType: 'thread' });
const ending = assert.rejects(async () => await pool.exec('exit', [3]), /terminated Unexpectedly/);
const waiting = pool.exec('increment', [1]);
await ending;
assert.equal(await waiting, 2);
await pool.terminate();
console.log('workerpool: exit 3, then 2 that waited');
