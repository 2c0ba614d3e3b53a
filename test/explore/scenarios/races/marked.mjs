// A statistic that races on purpose, beside data that do not. ?v=torn also relies on it, which it must not.
const v = new URL(import.meta.url).searchParams.get('v');

export const threads = 2;
export const setup = () => ({ words: new Int32Array(new SharedArrayBuffer(16)) });
export function thread({ words }) {
  while (Atomics.compareExchange(words, 0, 0, 1) !== 0);
  words[1]++;
  Atomics.store(words, 0, 0);
  words[2]++; // framelab: racy a statistic, of which some may be lost
}
export function check({ words }) {
  if (words[1] !== 2) throw new Error(`counted ${words[1]}`);
  if (v === 'torn' && words[2] !== 2) throw new Error(`the statistic says ${words[2]}`);
}
