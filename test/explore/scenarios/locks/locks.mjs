// Small spin locks, as anybody would write them, for the explorer to work on.
const { load, store, exchange, compareExchange, add } = Atomics;

/** Test-and-set by exchange. */
export const tas = {
  words: 1,
  acquire(w, at) {
    while (exchange(w, at, 1) !== 0);
  },
  release(w, at) {
    store(w, at, 0);
  },
};

/** Test, then test-and-set by compare-exchange. */
export const ttas = {
  words: 1,
  acquire(w, at) {
    for (;;) {
      while (load(w, at) !== 0);
      if (compareExchange(w, at, 0, 1) === 0) return;
    }
  },
  release(w, at) {
    store(w, at, 0);
  },
};

/** Tickets: next, serving. */
export const ticket = {
  words: 2,
  acquire(w, at) {
    const mine = add(w, at, 1);
    while (load(w, at + 1) !== mine);
  },
  release(w, at) {
    add(w, at + 1, 1);
  },
};

/** Mellor-Crummey and Scott's queue lock: tail, then a node (locked, next) for each thread. Threads from 1. */
export const mcs = {
  words: 1 + 2 * 8,
  acquire(w, at, thread) {
    const node = at + 1 + 2 * thread;
    store(w, node + 1, 0);
    const before = exchange(w, at, thread + 1);
    if (before === 0) return;
    store(w, node, 1);
    store(w, at + 1 + 2 * (before - 1) + 1, thread + 1);
    while (load(w, node) !== 0);
  },
  release(w, at, thread) {
    const node = at + 1 + 2 * thread;
    if (load(w, node + 1) === 0) {
      if (compareExchange(w, at, thread + 1, 0) === thread + 1) return;
      while (load(w, node + 1) === 0);
    }
    store(w, at + 1 + 2 * (load(w, node + 1) - 1), 0);
  },
};

/** Drepper's futex mutex: 0 free, 1 held, 2 held with waiters. */
export const futex = {
  words: 1,
  acquire(w, at) {
    if (compareExchange(w, at, 0, 1) === 0) return;
    while (exchange(w, at, 2) !== 0) Atomics.wait(w, at, 2);
  },
  release(w, at) {
    if (exchange(w, at, 0) === 2) Atomics.notify(w, at, 1);
  },
};

/** Broken: the compare-exchange of test-and-set split into a load and a store. */
export const split = {
  words: 1,
  acquire(w, at) {
    for (;;) {
      if (load(w, at) === 0) {
        store(w, at, 1);
        return;
      }
    }
  },
  release(w, at) {
    store(w, at, 0);
  },
};
