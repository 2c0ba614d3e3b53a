// thread-stream: where the thread writes to fails at the first piece.
// Right: the stream emits that error and then 'close', and a later write is refused.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import ThreadStream from 'thread-stream';

const filename = fileURLToPath(new URL('workers/stream-to-main.mjs', import.meta.url));
const stream = new ThreadStream({ filename, workerData: { failAt: 1 } });
const errors = [];
stream.on('error', (error) => errors.push(error.message));
stream.write('one');
await new Promise((resolve) => stream.once('close', resolve));
assert.equal(stream.write('two'), false);
await new Promise((resolve) => stream.once('error', resolve));
assert.deepEqual(errors, ['piece 1 fails', 'the worker has exited']);
console.log('thread-stream: the error came');
