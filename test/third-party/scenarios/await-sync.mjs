// await-sync: a result larger than its buffer of 8184 bytes is handed over in parts. Both files of the package
// run unmodified: mod.js in thread 0, worker.js in thread 1, with stand-ins for Worker and MessageChannel.

import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const directory = pathToFileURL(
  createRequire(import.meta.url)
    .resolve('await-sync')
    .replace(/[^/]*$/, ''),
);
const BYTES = 3 * 8184;

export const setup = () => ({
  memory: new SharedArrayBuffer(8192),
  words: new Int32Array(new SharedArrayBuffer(8)),
});

export async function attach({ memory, words }, index) {
  if (index === 0) {
    globalThis.Worker = class {
      postMessage() {}
    };
    globalThis.MessageChannel = class {
      port1 = {
        postMessage() {
          Atomics.store(words, 0, 1);
          Atomics.notify(words, 0);
        },
      };
      port2 = {};
    };
    const { createWorker } = await import(new URL('mod.js', directory).href);
    // The package allocates its buffer itself: give it ours.
    const real = globalThis.SharedArrayBuffer;
    globalThis.SharedArrayBuffer = new Proxy(real, { construct: () => memory });
    const call = createWorker()(() => new Uint8Array(0));
    globalThis.SharedArrayBuffer = real;
    return call;
  }
  let handler;
  globalThis.addEventListener = (_, listener) => {
    handler = listener;
  };
  await import(new URL('worker.js', directory).href);
  const port = {};
  await handler({
    data: { port, ab: memory, code: `export default () => new Uint8Array(${BYTES}).fill(7)` },
  });
  return port;
}

export async function thread({ words }, index, attached) {
  if (index === 0) {
    const result = attached();
    if (result.length !== BYTES || result.some((byte) => byte !== 7))
      throw new Error('the result is damaged');
  } else {
    Atomics.wait(words, 0, 0);
    await attached.onmessage({ data: [] });
  }
}
