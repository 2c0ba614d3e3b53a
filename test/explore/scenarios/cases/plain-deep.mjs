// A lost update by a plain read and a plain write, with Atomics operations on words of their own between them.
// Must be found, or at least never be called complete.
const N = 12;
export const threads = 2;
export const setup = () => ({ s: new Int32Array(new SharedArrayBuffer(16)) });
export function thread({ s }, index) {
  const at = index === 0 ? 3 : 8;
  for (let i = 0; i < N; i++) {
    const x = s[0];
    Atomics.add(s, 1 + index, 1);
    if (i === at) s[0] = x + 1;
  }
}
export function check({ s }) {
  if (s[0] !== 2) throw new Error(`counted ${s[0]}`);
}
