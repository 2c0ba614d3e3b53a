export function setup() {
  return { locks: new Int32Array(new SharedArrayBuffer(8)) };
}
function acquire(locks, i) {
  while (Atomics.compareExchange(locks, i, 0, 1) !== 0) Atomics.wait(locks, i, 1);
}
function release(locks, i) {
  Atomics.store(locks, i, 0);
  Atomics.notify(locks, i);
}
export function thread({ locks }, index) {
  const [first, second] = [0, 1];
  acquire(locks, first);
  acquire(locks, second);
  release(locks, second);
  release(locks, first);
}
