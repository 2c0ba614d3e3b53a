// multithreading: a Semaphore of two permits. One thread has both, as two guards; one wants two; one wants one.
// The first gives back one, waits until the third has had it, and gives back the other.
import './navigator.mjs';
import { Semaphore } from 'multithreading';
export const threads = 3;
export function setup() {
  const state = new SharedArrayBuffer(8);
  new Int32Array(state)[0] = 2;
  return { state, had: new Int32Array(new SharedArrayBuffer(4)) };
}
export function thread({ state, had }, index) {
  const semaphore = new Semaphore(0, state);
  if (index === 0) {
    const first = semaphore.blockingAcquire(1);
    const second = semaphore.blockingAcquire(1);
    first.dispose();
    Atomics.wait(had, 0, 0);
    second.dispose();
  } else if (index === 1) {
    semaphore.blockingAcquire(2).dispose();
  } else {
    const guard = semaphore.blockingAcquire(1);
    Atomics.store(had, 0, 1);
    Atomics.notify(had, 0);
    guard.dispose();
  }
}
