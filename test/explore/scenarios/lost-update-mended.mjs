// lost-update.mjs as it should be.
export const setup = ({ threads }) => ({ words: new Int32Array(new SharedArrayBuffer(4)), threads });
export function thread({ words }) {
  Atomics.add(words, 0, 1);
}
export function check({ words, threads }) {
  if (words[0] !== threads) throw new Error(`counted ${words[0]} of ${threads}`);
}
