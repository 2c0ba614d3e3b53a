// A lock, by the kind or module that the query names: mutual exclusion and progress. With `twice`, every thread
// releases once too often: a lock that checks its owner refuses, and still excludes.
import { createLock, lockBytes } from 'framelab';

const kind = new URL(import.meta.url).searchParams.get('kind') ?? 'tas';
const twice = new URL(import.meta.url).searchParams.has('twice');
/** Asking for the owner reads the lock's words, which makes many more interleavings different. */
const asksOwner = new URL(import.meta.url).searchParams.has('owner');
/** Fails where a waiter sleeps: to show that the exploration comes that far. */
const refusesParking = new URL(import.meta.url).searchParams.has('refuses-parking');
/** Of every thread, in turn: `2` or `2,1`. */
const counts = (new URL(import.meta.url).searchParams.get('n') ?? '2').split(',').map(Number);
const acquisitions = (index) => counts[index % counts.length];
export function setup({ threads }) {
  return {
    buffer: new SharedArrayBuffer(lockBytes(kind, threads)),
    words: new Int32Array(new SharedArrayBuffer(8)),
    threads,
  };
}
export function thread({ buffer, words, threads }, index) {
  // Without a deadline: a loop that looks at a clock may end by itself, and is not shown to be fruitless.
  const timeoutMs = Number.POSITIVE_INFINITY;
  const lock = createLock(kind, { buffer, cpus: threads, cpu: index, timeoutMs });
  for (let i = 0; i < acquisitions(index); i++) {
    lock.acquire();
    if (refusesParking && lock.parks > 0) throw new Error('it parked');
    if (Atomics.add(words, 0, 1) !== 0) throw new Error('two threads are inside');
    if (asksOwner && lock.owner() !== index) throw new Error(`its owner is ${lock.owner()}`);
    words[1]++;
    Atomics.sub(words, 0, 1);
    lock.release();
    if (twice) releaseAgain(lock);
  }
}
function releaseAgain(lock) {
  try {
    lock.release();
  } catch (error) {
    if (error.code !== 'NotOwner') throw error;
  }
}

export function check({ words, threads }) {
  let expected = 0;
  for (let index = 0; index < threads; index++) expected += acquisitions(index);
  if (words[1] !== expected) throw new Error(`counted ${words[1]}`);
}
