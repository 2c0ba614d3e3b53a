// multithreading, ordinary use: two tasks in a pool of two threads add to one counter under a Mutex, twice each.
// Right: both tasks resolve, and the counter is 4.

import './workers/node-22.mjs';
import assert from 'node:assert/strict';
import { initRuntime, Mutex, move, shutdown, spawn } from 'multithreading';

initRuntime({ maxWorkers: 2 });
const words = new Int32Array(new SharedArrayBuffer(4));
const mutex = new Mutex(words);
const add = async (shared) => {
  for (let i = 0; i < 2; i++) {
    const guard = await shared.lock();
    guard.value[0] = guard.value[0] + 1;
    guard[Symbol.dispose]();
  }
  return 'done';
};
const tasks = [0, 1].map(() => spawn(move(mutex), add));
const results = await Promise.all(tasks.map((task) => task.join()));
assert.deepEqual(
  results.map(({ value }) => value),
  ['done', 'done'],
);
assert.equal(words[0], 4);
shutdown();
console.log('multithreading: 4');
