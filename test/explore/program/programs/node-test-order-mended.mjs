// A file of node:test that runs by `node file.mjs`: its tests start Workers.
// Right: no test fails, in every order. This is node-test-order.mjs, mended.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import test from 'node:test';
import { Worker } from 'node:worker_threads';

const start = (workerData) =>
  new Worker(new URL('workers/test-appends.mjs', import.meta.url), { workerData });

test('a Worker answers', async () => {
  const log = new Int32Array(new SharedArrayBuffer(12));
  const [place] = await once(start({ log, value: 7 }), 'message');
  assert.equal(place, 0);
  assert.equal(log[0], 7);
});

test('two Workers append to one log', async () => {
  const log = new Int32Array(new SharedArrayBuffer(12));
  const first = start({ log, value: 1 });
  const ended = once(first, 'exit');
  await once(first, 'online');
  await Promise.all([ended, once(start({ log, value: 2 }), 'exit')]);
  assert.deepEqual([...log.slice(0, 2)].sort(), [1, 2]);
});
