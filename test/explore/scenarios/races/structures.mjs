// Structures with plain data: sound ones, in which atomic operations order all plain accesses, and ones in which two race.
// ?v= says which; the lines that race end with "races".
const v = new URL(import.meta.url).searchParams.get('v');
const { load, store, compareExchange, add, wait, notify } = Atomics;
const LOCK = 0;
const FLAG = 1;
const DATA = 2;
const TORN = 2 ** 32 + 1;

export const threads = 2;
export const setup = () => {
  const memory = new SharedArrayBuffer(128);
  return { words: new Int32Array(memory), wide: new Float64Array(memory, 64, 2) };
};

const lock = (w) => {
  while (compareExchange(w, LOCK, 0, 1) !== 0);
};
const unlock = (w) => store(w, LOCK, 0);

const KINDS = {
  'locked counter'(w) {
    for (let i = 0; i < 2; i++) {
      lock(w);
      w[DATA]++;
      unlock(w);
    }
  },
  'read after unlock'(w) {
    lock(w);
    w[DATA]++; // races
    unlock(w);
    return w[DATA]; // races
  },
  'counter without lock'(w) {
    w[DATA]++; // races
  },
  'published once'(w, thread) {
    if (thread === 0) {
      w[DATA] = 42;
      w[DATA + 1] = 43;
      store(w, FLAG, 1);
    } else if (load(w, FLAG) === 1 && w[DATA] + w[DATA + 1] !== 85) throw new Error('torn');
  },
  'flag before data'(w, thread) {
    if (thread === 0) {
      store(w, FLAG, 1);
      w[DATA] = 42; // races
    } else if (load(w, FLAG) === 1) return w[DATA]; // races
  },
  'plain flag'(w, thread) {
    if (thread === 0) {
      w[DATA] = 42;
      w[FLAG] = 1; // races
    } else if (w[FLAG] === 1) return w[DATA]; // races
  },
  'double-checked, plain flag'(w) {
    // races
    if (w[FLAG] === 0) {
      lock(w);
      if (w[FLAG] === 0) {
        w[DATA]++;
        w[FLAG] = 1; // races
      }
      unlock(w);
    }
    return w[DATA];
  },
  'double-checked, atomic flag'(w) {
    if (load(w, FLAG) === 0) {
      lock(w);
      if (load(w, FLAG) === 0) {
        w[DATA]++;
        store(w, FLAG, 1);
      }
      unlock(w);
    }
    return w[DATA];
  },
  'seqlock with plain payload'(w, thread) {
    if (thread === 0) {
      add(w, FLAG, 1);
      w[DATA] = 7; // races
      w[DATA + 1] = 7; // races
      add(w, FLAG, 1);
      return;
    }
    const before = load(w, FLAG);
    const [a, b] = [w[DATA], w[DATA + 1]]; // races
    if (before % 2 === 0 && load(w, FLAG) === before && a !== b) throw new Error(`torn ${a} ${b}`);
  },
  'ring, one producer'(w, thread) {
    if (thread === 0) {
      for (let i = 0; i < 3; i++) {
        if (i - load(w, FLAG) === 2) return;
        w[DATA + (i % 2)] = i + 1;
        store(w, LOCK, i + 1);
      }
      return;
    }
    for (let i = 0; i < 3; i++) {
      if (load(w, LOCK) === i) return;
      if (w[DATA + (i % 2)] !== i + 1) throw new Error('lost');
      store(w, FLAG, i + 1);
    }
  },
  'ring, two producers'(w) {
    const at = load(w, LOCK);
    w[DATA + at] = 1; // races
    store(w, LOCK, at + 1);
  },
  'wide read'(_w, thread, wide) {
    if (thread === 0)
      wide[0] = TORN; // races
    else return wide[0]; // races
  },
  'a store of what was there'(w, thread) {
    if (thread === 0) {
      w[DATA] = 5; // races
      store(w, FLAG, 0);
    } else {
      load(w, FLAG);
      return w[DATA]; // races
    }
  },
  'a store over the one that published'(w, thread) {
    if (thread === 0) {
      w[DATA] = 5; // races
      store(w, FLAG, 1);
    } else {
      store(w, FLAG, 1);
      // The store that is read is this thread's own.
      if (load(w, FLAG) === 1) return w[DATA]; // races
    }
  },
  'published by a read-modify-write'(w, thread) {
    if (thread === 0) {
      w[DATA] = 5;
      add(w, FLAG, 1);
    } else if (compareExchange(w, FLAG, 1, 2) === 1) return w[DATA];
  },
  'known by a compare-exchange that failed'(w, thread) {
    if (thread === 0) {
      w[DATA] = 5;
      store(w, FLAG, 1);
    } else if (compareExchange(w, FLAG, 7, 8) === 1) return w[DATA];
  },
  'published by a compare-exchange that failed'(w, thread) {
    if (thread === 0) {
      w[DATA] = 5; // races
      compareExchange(w, FLAG, 7, 8);
    } else {
      load(w, FLAG);
      return w[DATA]; // races
    }
  },
  'woken by a notify'(w, thread) {
    if (thread === 0) {
      w[DATA] = 5;
      store(w, FLAG, 1);
      notify(w, FLAG);
    } else {
      wait(w, FLAG, 0);
      return w[DATA];
    }
  },
  'known by nothing but the notify'(w, thread) {
    if (thread === 0) {
      w[DATA] = 5;
      notify(w, FLAG);
    } else if (wait(w, FLAG, 0, 10) === 'ok') return w[DATA];
  },
  'woke somebody'(w, thread) {
    if (thread === 0) {
      w[DATA] = 5;
      wait(w, FLAG, 0, 10);
    } else if (notify(w, FLAG) === 1) return w[DATA];
  },
  async 'goes on after waitAsync'(w, thread) {
    if (thread === 0) {
      w[DATA] = 5;
      store(w, FLAG, 1);
      notify(w, FLAG);
    } else {
      const { async, value } = Atomics.waitAsync(w, FLAG, 0, 1000);
      if (async) await Promise.race([value, new Promise((resolve) => setTimeout(resolve, 2000))]);
      if (load(w, FLAG) === 1) return w[DATA];
    }
  },
  'neighbouring bytes'(w, thread) {
    const bytes = new Uint8Array(w.buffer);
    bytes[4 * DATA + thread] = 1;
    return bytes[4 * DATA + thread];
  },
  'a byte and its word'(w, thread) {
    const bytes = new Uint8Array(w.buffer);
    if (thread === 0)
      bytes[4 * DATA + 1] = 1; // races
    else return w[DATA]; // races
  },
  'atomics of two sizes'(w, thread) {
    if (thread === 0)
      store(w, DATA, 1); // races
    else return load(new Int16Array(w.buffer), 2 * DATA); // races
  },
  'a plain read of an atomic word'(w, thread) {
    if (thread === 0)
      store(w, DATA, 1); // races
    else return w[DATA]; // races
  },
  'one of two'(w, thread) {
    if (thread === 0) {
      store(w, FLAG, 1);
      w[DATA] = 2; // races
      w[DATA + 1] = 2; // races
    } else if (load(w, FLAG) === 0)
      w[DATA] = 1; // races
    else w[DATA + 1] = 1; // races
  },
  'waits for a plain flag'(w, thread) {
    if (thread === 0)
      w[FLAG] = 1; // races
    else while (w[FLAG] === 0); // races
  },
};

export function thread({ words, wide }, index) {
  return KINDS[v](words, index, wide);
}

export function check({ words }) {
  if (v === 'counter without lock' && words[DATA] !== 2) throw new Error(`counted ${words[DATA]}`);
}
