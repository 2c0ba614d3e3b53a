// One waits for a flag that the other sets. `?once`: it looks once, and takes every wake for the flag.
const once = new URL(import.meta.url).searchParams.has('once');

export const threads = 2;
export const setup = () => new Int32Array(new SharedArrayBuffer(4));

export function thread(flag, me) {
  if (me === 1) {
    Atomics.store(flag, 0, 1);
    Atomics.notify(flag, 0);
  } else if (once) {
    Atomics.wait(flag, 0, 0);
    if (Atomics.load(flag, 0) !== 1) throw new Error('woken, and the flag is not set');
  } else {
    while (Atomics.load(flag, 0) === 0) Atomics.wait(flag, 0, 0);
  }
}
