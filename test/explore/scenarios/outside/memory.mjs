// Memory that the explorer neither watches nor puts back: a clone of a shared buffer is another object over the same bytes.
const query = new URL(import.meta.url).searchParams;
let kept;
export const setup = () => {
  kept = { words: new Int32Array(new SharedArrayBuffer(8)) };
  return kept;
};
export const attach = ({ words }) => (query.get('what') === 'clone' ? structuredClone(words) : words);
export function thread(_, index, words) {
  // The first thread works on what setup() made, the other on its clone: they are one memory.
  const mine = query.get('what') === 'kept' && index === 0 ? kept.words : words;
  Atomics.store(mine, 0, Atomics.load(mine, 0) + 1);
}
export function check({ words }) {
  if (query.get('what') === 'kept' && words[0] !== 2) throw new Error(`counted ${words[0]}`);
}
