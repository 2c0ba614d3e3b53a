// multithreading: threads that all want one permit of a Semaphore that has one.
import './navigator.mjs';
import { Semaphore } from 'multithreading';
export const threads = 3;
export function setup() {
  const state = new SharedArrayBuffer(8);
  new Int32Array(state)[0] = 1;
  return { state, words: new Int32Array(new SharedArrayBuffer(4)) };
}
export function thread({ state, words }) {
  const guard = new Semaphore(0, state).blockingAcquire();
  if (Atomics.add(words, 0, 1) !== 0) throw new Error('more inside than permits');
  Atomics.sub(words, 0, 1);
  guard.dispose();
}
