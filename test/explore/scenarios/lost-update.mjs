// Two threads increment a word with a load and a store: an update can be lost.
export function setup({ threads }) {
  return { words: new Int32Array(new SharedArrayBuffer(8)), threads };
}
export function thread({ words }) {
  const seen = Atomics.load(words, 0);
  Atomics.store(words, 0, seen + 1);
}
export function check({ words, threads }) {
  if (words[0] !== threads) throw new Error(`counted ${words[0]} of ${threads}`);
}
