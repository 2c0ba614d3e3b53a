// A program that loses an update with its bug and without: the bench is to say that the one without raised a false alarm.
export const threads = 2;
export const setup = () => ({ words: new Int32Array(new SharedArrayBuffer(4)) });
export function thread({ words }) {
  Atomics.store(words, 0, Atomics.load(words, 0) + 1);
}
export function check({ words }) {
  if (words[0] !== 2) throw new Error('an update was lost');
}
