// sync-threads: the same function called twice. src/index.js runs unmodified on both sides; the Worker that it
// would start for each call is thread 1.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const CALLS = 2;

export const setup = () => ({
  memory: new SharedArrayBuffer(64),
  words: new Int32Array(new SharedArrayBuffer(8)),
});

export function attach({ memory, words }, index) {
  const threads = require('node:worker_threads');
  // What the package destructures when it is loaded.
  Object.defineProperty(threads, 'workerData', {
    value: { sharedBuffer: memory },
    configurable: true,
    writable: true,
  });
  Object.defineProperty(threads, 'Worker', {
    configurable: true,
    value: class {
      constructor(_, { workerData }) {
        Atomics.store(words, 0, workerData.inputData);
        Atomics.notify(words, 0);
      }
      on() {}
    },
  });
  const { createSyncFn, runAsWorker } = require('sync-threads');
  if (index === 1) return { runAsWorker, data: threads.workerData };
  const real = globalThis.SharedArrayBuffer;
  globalThis.SharedArrayBuffer = new Proxy(real, { construct: () => memory });
  const call = createSyncFn('worker.js', 64);
  globalThis.SharedArrayBuffer = real;
  return call;
}

export async function thread({ words }, index, attached) {
  if (index === 0) {
    for (let i = 1; i <= CALLS; i++) {
      const result = attached(i);
      if (result !== i * 10) throw new Error(`call ${i} returned ${result}`);
    }
    return;
  }
  for (let i = 1; i <= CALLS; i++) {
    while (Atomics.load(words, 0) < i) Atomics.wait(words, 0, i - 1);
    attached.data.inputData = i;
    await attached.runAsWorker(async (input) => input * 10);
  }
}
