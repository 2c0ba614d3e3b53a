// web-worker: two workers; one is terminated while its answer may be on the way, the other one answers.
// Right: the other's answer comes; the first has answered or not, but never after its event "close".

import assert from 'node:assert/strict';
import Worker from 'web-worker';

const start = (log) => {
  const worker = new Worker(new URL('workers/web-worker-double.mjs', import.meta.url), { type: 'module' });
  for (const type of ['message', 'close'])
    worker.addEventListener(type, ({ data }) => log.push(data ?? type));
  worker.postMessage(1);
  return worker;
};
const logs = [[], []];
const [doomed, kept] = logs.map(start);
doomed.terminate();
await new Promise((resolve) => kept.addEventListener('message', resolve));
kept.postMessage(null);
await new Promise((resolve) => kept.addEventListener('close', resolve));
assert.deepEqual(logs[1], [2, 'bye', 'close']);
assert.ok(['close', '2 close'].includes(logs[0].join(' ')), logs[0].join(' '));
console.log('web-worker: one ended, one answered');
