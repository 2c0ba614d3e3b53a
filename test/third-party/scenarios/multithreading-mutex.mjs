// multithreading: Mutex excludes, and whoever waits is woken.
import './navigator.mjs';
import { Mutex } from 'multithreading';
export const setup = ({ threads }) => ({
  lock: new SharedArrayBuffer(4),
  words: new Int32Array(new SharedArrayBuffer(8)),
  threads,
});
export function thread({ lock, words }) {
  const mutex = new Mutex(undefined, lock);
  for (let i = 0; i < 2; i++) {
    const guard = mutex.blockingLock();
    if (Atomics.add(words, 0, 1) !== 0) throw new Error('two threads are inside');
    Atomics.sub(words, 0, 1);
    words[1]++;
    guard.dispose();
  }
}
export function check({ words, threads }) {
  if (words[1] !== 2 * threads) throw new Error(`counted ${words[1]}`);
}
