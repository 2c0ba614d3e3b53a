// workerpool: terminate(true) while one task runs and one waits.
// Right: both tasks reject, terminate() resolves, and no worker is left.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import workerpool from 'workerpool';

const script = fileURLToPath(new URL('workers/workerpool-methods.mjs', import.meta.url));
const pool = workerpool.pool(script, { maxWorkers: 1, workerType: 'thread' });
const running = assert.rejects(async () => await pool.exec('hang'), /Worker terminated/);
const waiting = assert.rejects(async () => await pool.exec('increment', [1]), /Pool terminated/);
await pool.terminate(true);
await Promise.all([running, waiting]);
assert.equal(pool.stats().totalWorkers, 0);
console.log('workerpool: both tasks were told');
