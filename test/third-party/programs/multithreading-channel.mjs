// multithreading: one task sends three numbers through a channel of one place, the main thread receives them.
// Right: they come in order, then the channel is closed, because its only sender has gone.

import './workers/node-22.mjs';
import assert from 'node:assert/strict';
import { channel, initRuntime, move, shutdown, spawn } from 'multithreading';

initRuntime({ maxWorkers: 1 });
const [sender, receiver] = channel(1);
const task = spawn(move(sender), async (to) => {
  for (let i = 1; i <= 3; i++) await to.send(i);
});
const got = [];
for await (const n of receiver) got.push(n);
assert.equal((await task.join()).ok, true);
assert.deepEqual(got, [1, 2, 3]);
shutdown();
console.log('multithreading: 1 2 3');
