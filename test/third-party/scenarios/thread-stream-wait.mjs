// thread-stream: the helper with which its two sides wait for an index of the other to move.
import { createRequire } from 'node:module';

const { wait, waitDiff } = createRequire(import.meta.url)('thread-stream/lib/wait.js');
// The side that awaits is the main thread, which its Worker keeps alive.
export const listens = true;
export const setup = () => ({ state: new Int32Array(new SharedArrayBuffer(16)) });
export async function thread({ state }, index) {
  if (index === 1) {
    Atomics.store(state, 0, 1);
    Atomics.notify(state, 0);
    Atomics.store(state, 0, 2);
    Atomics.notify(state, 0);
    return;
  }
  await new Promise((resolve, reject) => {
    waitDiff(state, 0, 0, Number.POSITIVE_INFINITY, (error, result) => {
      if (error !== null || result !== 'ok') reject(new Error(`waitDiff: ${result}`));
      else resolve();
    });
  });
  // As thread-stream does: ask again until it says ok.
  await new Promise((resolve) => {
    const again = () =>
      wait(state, 0, 2, Number.POSITIVE_INFINITY, (_, result) => (result === 'ok' ? resolve() : again()));
    again();
  });
  if (Atomics.load(state, 0) !== 2) throw new Error('woken too early');
}
