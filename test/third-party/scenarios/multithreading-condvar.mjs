// multithreading: a Condvar with its Mutex, used as it should be: the condition is looked at under the lock.
import './navigator.mjs';
import { Condvar, Mutex } from 'multithreading';
export const setup = () => ({
  lock: new SharedArrayBuffer(4),
  condition: new SharedArrayBuffer(4),
  words: new Int32Array(new SharedArrayBuffer(4)),
});
export function thread({ lock, condition, words }, index) {
  const mutex = new Mutex(undefined, lock);
  const condvar = new Condvar(condition);
  const guard = mutex.blockingLock();
  if (index === 0) while (words[0] === 0) condvar.blockingWait(guard);
  else {
    words[0] = 1;
    condvar.notifyOne();
  }
  guard.dispose();
}
