// A lock, by the kind of the query: one thread holds it until another has given up waiting, and a third queues up behind that one.
// Whoever gave up comes back. Nobody is left out, and no two are inside.
import { createLock, lockBytes } from 'framelab';

const kind = new URL(import.meta.url).searchParams.get('kind') ?? 'ticket';
const [INSIDE, COUNT, HELD, LEFT] = [0, 1, 2, 3];
export const threads = 3;
export function setup() {
  return {
    buffer: new SharedArrayBuffer(lockBytes(kind, threads)),
    words: new Int32Array(new SharedArrayBuffer(16)),
  };
}
export function thread({ buffer, words }, index) {
  let isPatient = true;
  const watch = {
    checkStop() {
      if (!isPatient) throw new Error('enough');
    },
    isDead: () => false,
  };
  const timeoutMs = Number.POSITIVE_INFINITY;
  const lock = createLock(kind, { buffer, cpus: threads, cpu: index, timeoutMs, watch });
  if (index === 1) {
    while (Atomics.load(words, HELD) === 0);
    isPatient = false;
    try {
      lock.acquire();
      lock.release();
    } catch (error) {
      if (error.message !== 'enough') throw error;
    }
    isPatient = true;
    Atomics.store(words, LEFT, 1);
  }
  lock.acquire();
  if (Atomics.add(words, INSIDE, 1) !== 0) throw new Error('two threads are inside');
  if (index === 0) {
    Atomics.store(words, HELD, 1);
    while (Atomics.load(words, LEFT) === 0);
  }
  words[COUNT]++;
  Atomics.sub(words, INSIDE, 1);
  lock.release();
}
export function check({ words }) {
  if (words[COUNT] !== threads) throw new Error(`counted ${words[COUNT]}`);
}
