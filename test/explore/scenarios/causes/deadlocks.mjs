// Threads that wait for each other, after notifies that found nobody and have nothing to do with it.
// ?v=messages  each waits for a message that the other sends only afterwards     ?v=answers  the same, after a handshake
// ?v=order     two locks in opposite orders       ?v=three  three locks in a ring      ?v=spin  two spin locks
// ?v=self      a lock taken twice                 ?v=held   a lock whose holder has ended
import { futex, tas } from '../locks/locks.mjs';

const v = new URL(import.meta.url).searchParams.get('v');
export const threads = v === 'three' ? 3 : 2;
export const setup = () => ({ w: new Int32Array(new SharedArrayBuffer(32)), threads });

function exchange(w, index) {
  while (Atomics.load(w, index) === 0) Atomics.wait(w, index, 0);
  Atomics.store(w, 1 - index, 1);
  Atomics.notify(w, 1 - index);
}

const kinds = {
  messages: exchange,
  answers(w, index) {
    // Whoever comes second tells the other, who may not be waiting: then both wait for each other.
    if (Atomics.add(w, 4, 1) === 1) Atomics.notify(w, 1 - index);
    else while (Atomics.load(w, 4) === 1) Atomics.wait(w, 4, 1, 1);
    exchange(w, index);
  },
  order(w, index) {
    futex.acquire(w, index);
    futex.acquire(w, 1 - index);
    futex.release(w, 1 - index);
    futex.release(w, index);
  },
  three(w, index) {
    futex.acquire(w, index);
    futex.acquire(w, (index + 1) % 3);
    futex.release(w, (index + 1) % 3);
    futex.release(w, index);
  },
  spin(w, index) {
    tas.acquire(w, index);
    tas.acquire(w, 1 - index);
    tas.release(w, 1 - index);
    tas.release(w, index);
  },
  self(w, index) {
    if (index === 0) return;
    futex.acquire(w, 0);
    futex.acquire(w, 0);
  },
  held(w) {
    futex.acquire(w, 0);
  },
};

export function thread({ w }, index) {
  kinds[v](w, index);
}
