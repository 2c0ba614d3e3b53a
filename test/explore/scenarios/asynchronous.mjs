// Threads as asynchronous functions: waitAsync, timers, microtasks. A lost update between two awaits.
import { setTimeout as sleep } from 'node:timers/promises';
// The threads stand for Workers with a message listener: without one, Node.js ends thread 0 while it awaits.
export const listens = true;
export const setup = () => ({ words: new Int32Array(new SharedArrayBuffer(32)) });
export async function thread({ words }, index) {
  if (index === 0) {
    const { async, value } = Atomics.waitAsync(words, 0, 0);
    if (async && (await value) !== 'ok') throw new Error('not woken');
  } else {
    await sleep(10);
    Atomics.store(words, 0, 1);
    Atomics.notify(words, 0);
  }
  const seen = Atomics.load(words, 1);
  await Promise.resolve();
  Atomics.store(words, 1, seen + 1);
}
export function check({ words }) {
  if (words[1] !== 2) throw new Error(`counted ${words[1]}`);
}
