// workerpool: a task that never answers times out; its worker is replaced, and the task that waited runs.
// Right: the first task rejects with a TimeoutError, the second resolves to its answer.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import workerpool from 'workerpool';

const script = fileURLToPath(new URL('workers/workerpool-methods.mjs', import.meta.url));
const pool = workerpool.pool(script, { maxWorkers: 1, workerType: 'thread' });
const hanging = pool.exec('hang').timeout(50);
const waiting = pool.exec('increment', [1]);
await assert.rejects(async () => await hanging, workerpool.Promise.TimeoutError);
assert.equal(await waiting, 2);
await pool.terminate();
console.log('workerpool: timeout, then 2');
