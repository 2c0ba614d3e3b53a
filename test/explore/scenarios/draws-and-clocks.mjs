// What each thread stores depends on its random numbers and clocks. It fails where one thread has ended before the other
// looks, which random choices of each step hardly ever come to.
const first = Math.floor(Math.random() * 1e9) + Date.now();

export function setup() {
  return { words: new Int32Array(new SharedArrayBuffer(64)) };
}
export function thread({ words }, index) {
  if (Atomics.load(words, 9 - index) === 1) Atomics.store(words, 10, 1);
  for (let i = 0; i < 3; i++) {
    Atomics.store(words, index, first + Math.floor(Math.random() * 1e9));
    Atomics.add(words, index + 4, Math.floor(performance.now() * 1000) + (Date.now() % 1000));
    Atomics.add(words, index + 6, Number(process.hrtime.bigint() % 1000n));
  }
  Atomics.store(words, index + 8, 1);
}
export function check({ words }) {
  if (words[10] === 1) throw new Error('one had ended');
}
