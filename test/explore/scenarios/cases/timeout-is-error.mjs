// Correct code whose wait has a minute's timeout that is an error; the other side answers at once. Timeouts that fire only where
// nothing else can run must find nothing; timeouts at any moment find the throw.
export const threads = 2;
export const setup = () => ({ m: new Int32Array(new SharedArrayBuffer(8)) });
export function thread({ m }, index) {
  if (index === 0) {
    Atomics.store(m, 0, 1);
    Atomics.notify(m, 0);
    return;
  }
  while (Atomics.load(m, 0) === 0)
    if (Atomics.wait(m, 0, 0, 60_000) === 'timed-out') throw new Error('no answer in a minute');
}
