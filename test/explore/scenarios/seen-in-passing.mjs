// Fails where the values `wanted` in the query are seen in passing, one after the other: rare, for the random walk.
const wanted = (new URL(import.meta.url).searchParams.get('wanted') ?? '3,4,9').split(',').map(Number);

export const threads = 2;

export function setup() {
  return { words: new Int32Array(new SharedArrayBuffer(4)) };
}

export function thread({ words }, index) {
  if (index === 0) {
    for (let value = 1; value <= 12; value++) Atomics.store(words, 0, value);
    return;
  }
  const seen = wanted.map(() => Atomics.load(words, 0));
  if (seen.every((value, i) => value === wanted[i])) throw new Error(`saw ${seen}`);
}
