// The writer is atomic, the reader plain: a plain read leaves no trace in memory. The flag may be seen before the data.
// Must be found, or at least never be called complete.
export const threads = 2;
export const setup = () => ({ s: new Int32Array(new SharedArrayBuffer(8)) });
export function thread({ s }, index) {
  if (index === 0) {
    Atomics.store(s, 0, 1);
    Atomics.store(s, 1, 42);
    return;
  }
  if (s[0] === 1 && s[1] !== 42) throw new Error(`flag set, data ${s[1]}`);
}
