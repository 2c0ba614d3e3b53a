// Between two operations a thread computes for as long as words[1] says so, which only the test changes.
export const setup = () => ({ words: new Int32Array(new SharedArrayBuffer(8)) });
export function thread({ words }) {
  Atomics.add(words, 0, 1);
  while (words[1] === 0);
  Atomics.add(words, 0, 1);
}
