// A thread lets a shared buffer grow, which nothing puts back before the next schedule.
export const setup = () => {
  const b = new SharedArrayBuffer(8, { maxByteLength: 64 });
  return { b, w: new Int32Array(b) };
};
export function thread({ b, w }, i) {
  Atomics.add(w, 0, 1);
  if (i === 0) b.grow(64);
  else if (w.length > 2) Atomics.add(w, 5, 1);
}
