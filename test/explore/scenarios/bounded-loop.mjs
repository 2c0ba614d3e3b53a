// Looks at a word ten times, whatever it holds: a loop that repeats itself and is no spin loop.
export const setup = () => ({ words: new Int32Array(new SharedArrayBuffer(8)) });
export function thread({ words }, index) {
  if (index === 0) for (let i = 0; i < 10; i++) Atomics.load(words, 0);
  else Atomics.store(words, 1, 1);
}
