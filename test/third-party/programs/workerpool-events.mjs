// workerpool: one thread, two tasks that send an event each before they end, and one that throws.
// Right: each event comes to its own task, before the task's end; the third task rejects with the thread's message.

import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import workerpool from 'workerpool';

const script = fileURLToPath(new URL('workers/workerpool-methods.mjs', import.meta.url));
const pool = workerpool.pool(script, { maxWorkers: 1, workerType: 'thread' });
const log = [];
const run = async (n) => {
  const answer = await pool.exec('increment', [n], { on: ({ seen }) => log.push(`seen ${seen} by ${n}`) });
  log.push(`answer ${answer}`);
};
await Promise.all([run(1), run(5)]);
assert.deepEqual(log, ['seen 1 by 1', 'answer 2', 'seen 5 by 5', 'answer 6']);
await assert.rejects(async () => await pool.exec('increment', [-1]), { message: '-1 is negative' });
await pool.terminate();
console.log('workerpool: two events, two answers, one error');
