// What acts by itself is there before the first schedule: by the query, a Worker with or without the shared memory, started by
// attach(), or a server left open by the module. Then the threads wait for ever, or lose an update.
import { createServer } from 'node:net';
import { Worker } from 'node:worker_threads';

const query = new URL(import.meta.url).searchParams;
const what = query.get('what');
if (what === 'server') await new Promise((resolve) => createServer().listen(0, '127.0.0.1', resolve));
export const setup = () => ({ words: new Int32Array(new SharedArrayBuffer(16)) });
export function attach({ words }, index) {
  if (index !== 0 || !what.startsWith('worker')) return;
  const worker = new Worker('', { eval: true, workerData: what === 'worker-memory' ? words : null });
  if (what === 'worker-post') worker.postMessage({ words });
}
export function thread({ words }, index) {
  if (query.get('after') === 'wait') {
    if (index === 0) Atomics.wait(words, 0, 0);
  } else Atomics.store(words, 1, Atomics.load(words, 1) + 1);
}
export function check({ words }) {
  if (query.get('after') === 'count' && words[1] !== 2) throw new Error(`counted ${words[1]}`);
}
