// Waiting for a condition under a mutex.
// ?v=gap      unlock, then wait on a word that a signal does not change: the signal can fall between
// ?v=plain    the same, and what is waited for is a plain flag, out of sight
// ?v=counted  the word counts the signals, and is read before the unlock: nothing to find
// ?v=none     the same, and nobody ever signals: a deadlock of nobody's making but the code's
import { futex } from '../locks/locks.mjs';

const v = new URL(import.meta.url).searchParams.get('v');
export const threads = 2;
const LOCK = 0;
const READY = 1;
const SIGNALS = 2;
export const setup = () => ({ w: new Int32Array(new SharedArrayBuffer(16)) });
const get = v === 'plain' ? (w) => w[READY] : (w) => Atomics.load(w, READY);
function set(w) {
  if (v === 'plain') w[READY] = 1;
  else Atomics.store(w, READY, 1);
}
function wait(w) {
  const seen = v === 'counted' || v === 'none' ? Atomics.load(w, SIGNALS) : 0;
  futex.release(w, LOCK);
  Atomics.wait(w, SIGNALS, seen);
  futex.acquire(w, LOCK);
}
function signal(w) {
  if (v === 'counted') Atomics.add(w, SIGNALS, 1);
  if (v !== 'none') Atomics.notify(w, SIGNALS);
}
export function thread({ w }, index) {
  futex.acquire(w, LOCK);
  if (index === 0) while (get(w) === 0) wait(w);
  else {
    set(w);
    signal(w);
  }
  futex.release(w, LOCK);
}
