// The answer does not come where it was refused for a moment, which takes a preemption. A wait that times out too early
// ends in the same way without one.
export const setup = () => ({ m: new Int32Array(new SharedArrayBuffer(12)) });
export function thread({ m }, index) {
  if (index === 0) {
    Atomics.store(m, 2, 1);
    Atomics.store(m, 2, 0);
    if (Atomics.wait(m, 0, 0, 1000) !== 'timed-out') Atomics.store(m, 1, 1);
    return;
  }
  if (Atomics.load(m, 2) === 1) return;
  Atomics.store(m, 0, 1);
  Atomics.notify(m, 0);
}
export function check({ m }) {
  if (m[1] !== 1) throw new Error('nobody took the answer');
}
