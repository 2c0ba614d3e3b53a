// Two Workers joined by a channel; each asks the other one question. The first is told to as soon as it is there, the
// second when it is there, too, and a third Worker, a referee, has come and gone.
// Right: both get their answers. Wrong: the one who asks sleeps by Atomics.wait until the answer is there, and reads its
// port only then (workers/deadlock-peer.mjs, ask()); if both ask at once, neither reads the other's question.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { MessageChannel, Worker } from 'node:worker_threads';

const { port1, port2 } = new MessageChannel();
const answered = new Int32Array(new SharedArrayBuffer(8));
const answers = [];
const peers = [];
for (const [me, port] of [port1, port2].entries()) {
  const name = ['Ann', 'Bob'][me];
  const worker = new Worker(new URL('workers/deadlock-peer.mjs', import.meta.url), {
    workerData: { me, name, port, answered },
    transferList: [port],
  });
  await once(worker, 'message');
  // The second one's turn comes when a referee has come and gone.
  if (me === 1) await once(new Worker('', { eval: true }), 'exit');
  answers.push(once(worker, 'message').then(([answer]) => answer));
  peers.push(worker);
  worker.postMessage('ask');
}
assert.deepEqual(await Promise.all(answers), ['answer of Bob', 'answer of Ann']);
await Promise.all(peers.map((worker) => worker.terminate()));
console.log('deadlock: both were answered');
