// Mutual exclusion and progress of a lock: inside it, a counter is counted up and down.
export function exclusion(lock, acquisitions = 2) {
  return {
    setup({ threads }) {
      return { words: new Int32Array(new SharedArrayBuffer(4 * (lock.words + 2))), threads };
    },
    thread({ words }, index) {
      for (let i = 0; i < acquisitions; i++) {
        lock.acquire(words, 2, index);
        // Atomic, so that partial-order reduction sees the conflict if two threads are inside.
        if (Atomics.add(words, 0, 1) !== 0) throw new Error('two threads are inside');
        words[1]++;
        Atomics.sub(words, 0, 1);
        lock.release(words, 2, index);
      }
    },
    check({ words, threads }) {
      if (words[1] !== threads * acquisitions) throw new Error(`counted ${words[1]}`);
    },
  };
}
