// The scenario itself says when waits time out.
export const timeouts = 'never';
export const setup = () => ({ m: new Int32Array(new SharedArrayBuffer(4)) });
export function thread({ m }, index) {
  if (index === 0) Atomics.store(m, 0, 1);
  else Atomics.load(m, 0);
}
export function check() {}
