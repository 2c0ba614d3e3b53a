// thread-stream: flush(callback) after a write, a second write after that, then end().
// Right: the callback comes without an error and only when the first piece has come; in the end both are there.

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
stream.write('one ');
await new Promise((resolve, reject) => stream.flush((error) => (error ? reject(error) : resolve())));
assert.equal(text, 'one ');
stream.write('two');
stream.end();
await once(stream, 'close');
assert.equal(text, 'one two');
console.log('thread-stream: one two, flushed');
