// A real Node worker that only awaits Atomics.waitAsync ends (exit 13) before it is notified: thread 1 never answers, thread 0
// sleeps for ever. Found: a verdict that says so.
export const threads = 2;
export const setup = () => ({ s: new Int32Array(new SharedArrayBuffer(8)) });
export async function thread({ s }, index) {
  if (index === 0) {
    Atomics.store(s, 0, 1);
    Atomics.notify(s, 0);
    while (Atomics.load(s, 1) === 0) Atomics.wait(s, 1, 0);
    return;
  }
  const r = Atomics.waitAsync(s, 0, 0);
  if (r.async) await r.value;
  Atomics.store(s, 1, 1);
  Atomics.notify(s, 1);
}
