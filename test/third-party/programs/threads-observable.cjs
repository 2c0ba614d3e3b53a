// threads.js from CommonJS, main and Worker: an observable of three values, and a call beside it.
// Right: the values come in order and complete, the call resolves to its own answer.

const assert = require('node:assert/strict');
const { spawn, Thread, Worker } = require('threads');

async function main() {
  const thread = await spawn(new Worker('./workers/threads-counting.cjs'));
  const seen = [];
  const done = new Promise((resolve, reject) => {
    thread.count(3).subscribe((n) => seen.push(n), reject, resolve);
  });
  assert.equal(await thread.square(4), 16);
  await done;
  assert.deepEqual(seen, [1, 2, 3]);
  await Thread.terminate(thread);
  console.log('threads: 1 2 3 and 16');
}

main();
