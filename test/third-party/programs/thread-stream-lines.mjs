// thread-stream, ordinary use: two writes, end(), and the events to the last.
// Right: the pieces come to the thread in order and whole, then 'close'.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import ThreadStream from 'thread-stream';

const filename = fileURLToPath(new URL('workers/stream-to-main.mjs', import.meta.url));
const stream = new ThreadStream({ filename, workerData: {} });
let text = '';
stream.on('piece', (piece) => {
  text += piece;
});
stream.write('one\n');
stream.write('two\n');
stream.end();
await once(stream, 'close');
assert.equal(text, 'one\ntwo\n');
console.log('thread-stream: one two');
