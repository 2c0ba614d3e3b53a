// What each thread stores depends on its random numbers and clocks; the check always fails.
const first = Math.floor(Math.random() * 1e9) + Date.now();

export function setup() {
  return { words: new Int32Array(new SharedArrayBuffer(64)) };
}
export function thread({ words }, index) {
  for (let i = 0; i < 3; i++) {
    Atomics.store(words, index, first + Math.floor(Math.random() * 1e9));
    Atomics.add(words, index + 4, Math.floor(performance.now() * 1000) + (Date.now() % 1000));
  }
}
export function check() {
  throw new Error('as it must');
}
