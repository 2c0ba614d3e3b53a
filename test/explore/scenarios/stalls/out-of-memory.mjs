// Fills the memory of its worker, in the part that the query names.
const where = new URL(import.meta.url).search.slice(1);
const fill = (here) => {
  const kept = [];
  while (here === where) kept.push(new Array(10_000).fill(kept.length));
};
export const setup = () => {
  fill('setup');
  return { words: new Int32Array(new SharedArrayBuffer(8)) };
};
export function thread({ words }) {
  Atomics.add(words, 0, 1);
  fill('thread');
}
