// Loops for ever in the part that the query names.
const where = new URL(import.meta.url).search.slice(1);
const loop = (here) => {
  if (here === where) for (;;);
};
loop('import');
export const setup = () => {
  loop('setup');
  return { words: new Int32Array(new SharedArrayBuffer(8)) };
};
export const attach = () => loop('attach');
export function thread({ words }) {
  Atomics.add(words, 0, 1);
  loop('thread');
}
export const check = () => loop('check');
export const invariant = () => loop('invariant');
