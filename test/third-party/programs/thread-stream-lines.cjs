// thread-stream from CommonJS, with a .cjs file for the thread: a write, flushSync(), a second write, end().
// Right: both pieces come in order; the thread's answer to each is the number of characters.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const ThreadStream = require('thread-stream');

async function main() {
  const filename = require.resolve('./workers/stream-lengths.cjs');
  const stream = new ThreadStream({ filename, workerData: {}, sync: true });
  let characters = 0;
  stream.on('length', (length) => {
    characters += length;
  });
  stream.write('one');
  stream.flushSync();
  stream.write('three');
  stream.end();
  await once(stream, 'close');
  assert.equal(characters, 8);
  console.log('thread-stream: 8 characters');
}

main();
