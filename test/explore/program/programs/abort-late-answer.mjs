// A request to a Worker that can be cancelled by the user (another Worker, here) or by a timeout; then a second request.
// Right: the first resolves to 10 or is cancelled, the second resolves to 20. Wrong: a request's number is how many are
// pending (request(), where it makes id), so that the second has the number of the first; if the first is cancelled
// before its answer comes, the second gets that answer; if after that, the second is forgotten.

import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';

const server = new Worker(new URL('workers/abort-server.mjs', import.meta.url));
const pending = new Map();
server.on('message', ({ id, answer }) => {
  pending.get(id)?.(answer);
  pending.delete(id);
});

function request(n, signal) {
  return new Promise((resolve, reject) => {
    const id = pending.size;
    pending.set(id, resolve);
    signal.addEventListener('abort', () => {
      pending.delete(id);
      reject(signal.reason);
    });
    server.postMessage({ id, n });
  });
}

const user = new AbortController();
const cancel = new Worker(new URL('workers/abort-user.mjs', import.meta.url));
cancel.on('message', () => user.abort(new Error('cancelled')));

const signal = AbortSignal.any([user.signal, AbortSignal.timeout(5000)]);
const first = await request(1, signal).catch((error) => error.message);
assert.ok(first === 10 || first === 'cancelled', String(first));
const second = await request(2, AbortSignal.timeout(5000));
assert.equal(second, 20);
await Promise.all([server.terminate(), cancel.terminate()]);
console.log(`abort: 10 or cancelled, then ${second}`);
