// thread-stream with a buffer of 4 bytes: a text of 10 bytes is handed over in three parts, the buffer reset in between.
// Right: all 10 bytes come, in order, none twice.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import ThreadStream from 'thread-stream';

const filename = fileURLToPath(new URL('workers/stream-to-main.mjs', import.meta.url));
const stream = new ThreadStream({ filename, workerData: {}, bufferSize: 4 });
let text = '';
stream.on('piece', (piece) => {
  text += piece;
});
stream.write('0123456789');
await once(stream, 'ready');
stream.end();
await once(stream, 'close');
assert.equal(text, '0123456789');
console.log('thread-stream: 0123456789');
