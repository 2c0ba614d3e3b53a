// A wait bounded by a clock: whoever is late gives up, and the message is lost. Must be found, or at least never be called complete:
// the loop looks fruitless with memory unchanged, yet it ends.
export const threads = 2;
export const setup = () => ({ w: new Int32Array(new SharedArrayBuffer(8)) });
export function thread({ w }, index) {
  if (index === 1) {
    Atomics.store(w, 0, 1);
    return;
  }
  const end = performance.now() + 50;
  while (Atomics.load(w, 0) === 0) if (performance.now() > end) return;
  Atomics.store(w, 1, 1);
}
export function check({ w }) {
  if (w[1] !== 1) throw new Error('gave up: the message is lost');
}
