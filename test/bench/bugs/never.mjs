// A program whose bug never shows: the bench is to say that it was missed.
export const threads = 2;
export const setup = () => ({ words: new Int32Array(new SharedArrayBuffer(4)) });
export function thread({ words }) {
  Atomics.add(words, 0, 1);
}
export function check({ words }) {
  if (words[0] !== 2) throw new Error('an update was lost');
}
