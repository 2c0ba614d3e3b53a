const REPEATS = 5;
const OPERATIONS = 500_000;

/** Nanoseconds of one uncontended `Atomics.compareExchange`, best of a few, here and now. */
export function casNs(): number {
  const words = new Int32Array(new SharedArrayBuffer(4));
  let bestMs = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const startMs = performance.now();
    for (let i = 0; i < OPERATIONS; i++) Atomics.compareExchange(words, 0, 0, 0);
    bestMs = Math.min(bestMs, performance.now() - startMs);
  }
  return (bestMs * 1e6) / OPERATIONS;
}
