// multithreading: RwLock lets readers in together, a writer alone.
import './navigator.mjs';
import { RwLock } from 'multithreading';
export const threads = 3;
export const setup = () => ({
  lock: new SharedArrayBuffer(4),
  words: new Int32Array(new SharedArrayBuffer(8)),
});
export function thread({ lock, words }, index) {
  const rw = new RwLock(undefined, lock);
  if (index === 0) {
    const guard = rw.blockingRead();
    if (Atomics.load(words, 0) !== 0) throw new Error('a reader beside a writer');
    guard.dispose();
  } else {
    const guard = rw.blockingWrite();
    if (Atomics.add(words, 0, 1) !== 0) throw new Error('two writers');
    Atomics.sub(words, 0, 1);
    guard.dispose();
  }
}
