// multithreading: nobody passes the Barrier before all have come.
import './navigator.mjs';
import { Barrier } from 'multithreading';
export function setup({ threads }) {
  const state = new SharedArrayBuffer(16);
  new Int32Array(state).set([0, threads, threads, 0]);
  return { state, words: new Int32Array(new SharedArrayBuffer(4)), threads };
}
export function thread({ state, words, threads }) {
  const barrier = new Barrier(undefined, state);
  Atomics.add(words, 0, 1);
  barrier.blockingWait();
  if (Atomics.load(words, 0) !== threads) throw new Error('passed too early');
}
