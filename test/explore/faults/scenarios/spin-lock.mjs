// A counter behind a spin lock. It knows nothing of deaths.
export const threads = 2;
export const setup = () => ({
  lock: new Int32Array(new SharedArrayBuffer(4)),
  count: new Int32Array(new SharedArrayBuffer(4)),
});

export function thread({ lock, count }) {
  while (Atomics.compareExchange(lock, 0, 0, 1) !== 0);
  Atomics.store(count, 0, Atomics.load(count, 0) + 1);
  Atomics.store(lock, 0, 0);
}

export function check({ count }, _attached, { killed, stopped }) {
  const seen = Atomics.load(count, 0);
  const gone = killed.length + stopped.length;
  if (seen < 2 - gone || seen > 2) throw new Error(`count is ${seen}, with ${gone} threads gone`);
}
