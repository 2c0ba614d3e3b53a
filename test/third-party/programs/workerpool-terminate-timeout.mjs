// workerpool: terminate() waits for a task that runs; the task then times out.
// Right: the task rejects with a TimeoutError, and terminate() settles. Wrong in 10.0.3: the end of the task that timed
// out takes the place of the callback of terminate(), whose promise never settles: Node.js ends with code 13.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import workerpool from 'workerpool';

const script = fileURLToPath(new URL('workers/workerpool-methods.mjs', import.meta.url));
const pool = workerpool.pool(script, { maxWorkers: 1, workerType: 'thread' });
assert.equal(await pool.exec('increment', [1]), 2);
const hanging = assert.rejects(
  async () => await pool.exec('hang').timeout(50),
  workerpool.Promise.TimeoutError,
);
const terminated = pool.terminate();
await hanging;
await terminated;
console.log('workerpool: timeout, then terminated');
