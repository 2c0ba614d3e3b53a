import { expect, it } from 'vitest';
import { createLock, lockBytes } from '#src/sync/create_lock.js';

const NEXT_ONE = 1 << 10;

it('a ticket that somebody else drew at the same time is theirs alone', () => {
  const cpus = 3;
  const words = new Int32Array(new SharedArrayBuffer(lockBytes('ticket', cpus)));
  const intents = words.subarray(1);
  let seen: number[] = [];
  const watch = {
    checkStop() {
      seen = [...intents];
      throw new Error('stop');
    },
    isDead: () => false,
  };
  const [late, , holder] = [0, 1, 2].map((cpu) => createLock('ticket', { words, cpus, cpu, watch }));
  holder.acquire();
  const { compareExchange } = Atomics;
  const atomics = Atomics as { compareExchange: unknown };
  // CPU 1 draws ticket 1 just before CPU 0 does, and its intent says so.
  atomics.compareExchange = (...args: Parameters<typeof compareExchange>) => {
    atomics.compareExchange = compareExchange;
    intents[1] = 2;
    words[0] += NEXT_ONE;
    return compareExchange(...args);
  };
  try {
    expect(() => late.acquireSlow(0)).toThrow('stop');
  } finally {
    atomics.compareExchange = compareExchange;
  }
  // CPU 0 waited with ticket 2. With ticket 1 it would have taken CPU 1's turn.
  expect(seen).toEqual([3, 2, 0]);
});
