// A log that writes its lines in batches, two milliseconds after the first line of a batch; the lines come from a Worker,
// which then starts another one to check them, and ends.
// Right: at exit all lines are written: the process lives until the timer is due. This is log-unref.mjs, mended.

import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';

const batch = [];
const written = [];

function flush() {
  written.push(...batch.splice(0));
}

process.on('exit', () => {
  assert.deepEqual(written, ['one', 'two', 'three']);
  console.log(`log: ${written.join(' ')}`);
});

const worker = new Worker(new URL('workers/log-lines.mjs', import.meta.url));
worker.on('message', (line) => {
  batch.push(line);
  if (batch.length === 1) setTimeout(flush, 2);
});
