// thread-stream: a write before 'ready', and flushSync() from setImmediate.
// Right: 'ready' comes, and the stream closes. This is thread-stream-deaf.mjs with 4.2.1, which mends it.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import ThreadStream from 'thread-stream';

const filename = fileURLToPath(new URL('workers/stream-to-main.mjs', import.meta.url));
const stream = new ThreadStream({ filename, workerData: {} });
const ready = once(stream, 'ready');
const late = setTimeout(() => assert.fail("'ready' has not come"), 3000);
stream.write('one');
// Not at once: between two immediates of one turn of the loop no message is delivered.
const flushed = new Promise((resolve) => {
  setImmediate(() =>
    setImmediate(() => {
      stream.write('more');
      stream.flushSync();
      resolve();
    }),
  );
});
await ready;
await flushed;
clearTimeout(late);
stream.write('two');
setImmediate(() => stream.end());
await once(stream, 'close');
console.log('thread-stream: ready, closed');
