// The flag is plain, the data come after it; the threads' Atomics are on words of their own. The same.
export const threads = 2;
export const setup = () => ({ s: new Int32Array(new SharedArrayBuffer(32)) }); // 0 flag, 1 data, 2 and 3 statistics
export function thread({ s }, index) {
  if (index === 0) {
    for (let i = 0; i < 4; i++) Atomics.add(s, 2, 1);
    s[0] = 1; // "ready"
    Atomics.add(s, 2, 1); // statistics
    s[1] = 42; // the data, too late
    for (let i = 0; i < 4; i++) Atomics.add(s, 2, 1);
    return;
  }
  for (let i = 0; i < 12; i++) {
    Atomics.add(s, 3, 1);
    if (s[0] === 1) {
      if (s[1] !== 42) throw new Error(`flag set, data ${s[1]}`);
      return;
    }
  }
}
