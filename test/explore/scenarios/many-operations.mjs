// Three threads increment many times; one increment of two threads is enough to lose an update.
export const threads = 3;
export const operations = 6;
export function setup({ threads, operations }) {
  return { words: new Int32Array(new SharedArrayBuffer(8)), threads, operations };
}
export function thread({ words, operations }) {
  for (let i = 0; i < operations; i++) Atomics.store(words, 0, Atomics.load(words, 0) + 1);
}
export function check({ words, threads, operations }) {
  if (words[0] !== threads * operations) throw new Error(`counted ${words[0]}`);
}
