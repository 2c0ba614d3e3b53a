// workerpool from CommonJS: functions are sent as text to the package's own worker, and methods of a .cjs worker are
// called through a proxy.
// Right: each call resolves to its own answer.

const assert = require('node:assert/strict');
const workerpool = require('workerpool');

async function main() {
  const pool = workerpool.pool({ maxWorkers: 1, workerType: 'thread' });
  const sums = await Promise.all([pool.exec((a, b) => a + b, [1, 2]), pool.exec((a, b) => a * b, [3, 4])]);
  assert.deepEqual(sums, [3, 12]);
  const own = workerpool.pool(require.resolve('./workers/workerpool-methods.cjs'), { workerType: 'thread' });
  const methods = await own.proxy();
  assert.equal(await methods.negate(5), -5);
  await Promise.all([pool.terminate(), own.terminate()]);
  console.log('workerpool: 3 12 -5');
}

main();
