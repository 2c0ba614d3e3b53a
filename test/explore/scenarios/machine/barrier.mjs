// Nobody passes the barrier before all have arrived, twice over, and exactly one is told that it was the last.
import { BARRIER_WORDS, Barrier } from 'framelab';
export function setup({ threads }) {
  const words = new Int32Array(new SharedArrayBuffer(4 * (BARRIER_WORDS + 3)));
  return { words, threads };
}
export function thread({ words, threads }) {
  const barrier = new Barrier(words, 0, { parties: threads });
  for (let round = 1; round <= 2; round++) {
    Atomics.add(words, BARRIER_WORDS, 1);
    if (barrier.arriveAndWait()) Atomics.add(words, BARRIER_WORDS + 1, 1);
    if (Atomics.load(words, BARRIER_WORDS) < round * threads) throw new Error('passed too early');
  }
}
export function check({ words }) {
  if (words[BARRIER_WORDS + 1] !== 2)
    throw new Error(`${words[BARRIER_WORDS + 1]} were the last, in 2 rounds`);
}
