// A lock, by the kind of the query: its holder dies inside. Who waits is told so, whenever that was.
import { createLock, lockBytes } from 'framelab';

const kind = new URL(import.meta.url).searchParams.get('kind') ?? 'tas';
export function setup({ threads }) {
  return {
    buffer: new SharedArrayBuffer(lockBytes(kind, threads)),
    words: new Int32Array(new SharedArrayBuffer(8)),
    threads,
  };
}
export function thread({ buffer, words, threads }, index) {
  const watch = { checkStop() {}, isDead: (cpu) => cpu === 0 && Atomics.load(words, 0) === 1 };
  const timeoutMs = Number.POSITIVE_INFINITY;
  const lock = createLock(kind, { buffer, cpus: threads, cpu: index, timeoutMs, watch });
  if (index === 0) {
    lock.acquire();
    Atomics.store(words, 0, 1);
    return;
  }
  try {
    lock.acquire();
    Atomics.add(words, 1, 1);
    lock.release();
  } catch (error) {
    if (error.code !== 'OwnerDied') throw error;
    if (Atomics.load(words, 0) !== 1) throw new Error('the holder is said to be dead, and lives');
  }
}
export function check({ words, threads }) {
  if (words[1] >= threads) throw new Error('a dead holder let somebody in');
}
