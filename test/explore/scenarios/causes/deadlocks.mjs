// Threads that wait for each other, after notifies that found nobody and have nothing to do with it.
// ?v=messages  each waits for a message that the other sends only afterwards     ?v=answers  the same, after a handshake
// ?v=order     two locks in opposite orders       ?v=three  three locks in a ring      ?v=spin  two spin locks
// ?v=self      a lock taken twice                 ?v=held   a lock whose holder has ended
// ?v=readers   a reader that keeps its lock, and one that wants to write after it gave its own back
// ?v=upgrade   two readers, each of which waits until it is the only one
// ?v=parked    a state that its thread sets before it sleeps on it, and that the other fails to change
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
  readers(w, index) {
    enter(w);
    if (index === 0) return;
    Atomics.sub(w, 0, 1);
    sleepWhile(w, (readers) => readers > 0);
  },
  upgrade(w) {
    enter(w);
    sleepWhile(w, (readers) => readers > 1);
  },
  parked(w, index) {
    if (index === 1) {
      if (Atomics.load(w, 0) !== -1) Atomics.compareExchange(w, 0, 0, 1);
      else {
        Atomics.store(w, 0, 1);
        Atomics.notify(w, 0);
      }
    } else if (Atomics.compareExchange(w, 0, 0, -1) === 0) sleepWhile(w, (state) => state === -1);
  },
};

/** One reader more. */
function enter(w) {
  for (;;) {
    const readers = Atomics.load(w, 0);
    if (Atomics.compareExchange(w, 0, readers, readers + 1) === readers) return;
  }
}

function sleepWhile(w, must) {
  for (let value = Atomics.load(w, 0); must(value); value = Atomics.load(w, 0)) Atomics.wait(w, 0, value);
}

export function thread({ w }, index) {
  kinds[v](w, index);
}
