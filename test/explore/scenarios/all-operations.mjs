// 31 operations and the start: 32 steps.
const { add, and, compareExchange, exchange, load, notify, or, store, sub, xor } = Atomics;
export const setup = () => ({ memory: new SharedArrayBuffer(64) });
export function thread({ memory }, index) {
  const views = [Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array].map(
    (type) => new type(memory),
  );
  for (const view of views) {
    store(view, 8 + index, 1);
    add(view, 8 + index, 1);
    if (load(view, 8 + index) !== 2) throw new Error(`${view.constructor.name}`);
    store(view, 8 + index, 0);
  }
  const big = new BigInt64Array(memory);
  store(big, index, 2n ** 40n);
  if (compareExchange(big, index, 2n ** 40n, 5n) !== 2n ** 40n) throw new Error('64 bits');
  and(big, index, 4n);
  or(big, index, 1n);
  xor(big, index, 4n);
  if (sub(big, index, 1n) !== 1n) throw new Error('64 bits');
  notify(new Int32Array(memory), 12);
  // Not scheduling points: memory that nobody shares, and arguments that the builtin refuses.
  exchange(new Int32Array(4), 0, 1);
  try {
    load(views[4], 99);
    throw new Error('an index out of range was accepted');
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
}
