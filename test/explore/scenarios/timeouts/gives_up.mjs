// The answer may come too late. ?then=throw: that is an error of the thread that waited. ?then=forget: it goes away, and the other's
// answer is never taken, which check() sees.
const then = new URL(import.meta.url).searchParams.get('then');
export const setup = () => ({ m: new Int32Array(new SharedArrayBuffer(8)) });
export function thread({ m }, index) {
  if (index === 0) {
    Atomics.store(m, 0, 1);
    Atomics.notify(m, 0);
    return;
  }
  while (Atomics.load(m, 0) === 0) {
    if (Atomics.wait(m, 0, 0, 1000) !== 'timed-out') continue;
    if (then === 'throw') throw new Error('no answer');
    return;
  }
  Atomics.store(m, 1, 1);
}
export function check({ m }) {
  if (m[1] !== 1) throw new Error('nobody took the answer');
}
