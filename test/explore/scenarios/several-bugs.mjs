// Three bugs of three kinds: a lost update, an error that is thrown where two meet, and a wake-up that is lost.
export const threads = 2;
export const setup = () => ({ words: new Int32Array(new SharedArrayBuffer(16)) });
export function thread({ words }, index) {
  if (Atomics.add(words, 1, 1) === 1 && Atomics.load(words, 2) === 0)
    throw new Error('the first has not left');
  const seen = Atomics.load(words, 0);
  Atomics.store(words, 0, seen + 1);
  Atomics.store(words, 2, 1);
  if (index === 1) Atomics.notify(words, 3);
  else if (Atomics.load(words, 2) === 1 && Atomics.load(words, 0) === 2) Atomics.wait(words, 3, 0);
}
export function check({ words }) {
  if (words[0] !== 2) throw new Error(`counted ${words[0]} of 2`);
}
