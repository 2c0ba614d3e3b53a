// A late notify: it belongs to the first store, and ends the wait that began after the second request. The commonest cause in
// public bug reports. Must be found, and said by name: which notify woke which wait, and that the word still held what was waited on.
export const threads = 2;
const IDLE = 0,
  BUSY = 1;
export const setup = () => ({ s: new Int32Array(new SharedArrayBuffer(8)) });
export function thread({ s }, index) {
  for (let request = 0; request < 2; request++) {
    if (index === 0) {
      Atomics.store(s, 0, BUSY);
      Atomics.notify(s, 0);
      if (Atomics.load(s, 0) === BUSY) Atomics.wait(s, 0, BUSY);
      if (Atomics.load(s, 0) !== IDLE) throw new Error(`request ${request} came back before it was served`);
    } else {
      while (Atomics.load(s, 0) === IDLE) Atomics.wait(s, 0, IDLE);
      Atomics.store(s, 0, IDLE);
      Atomics.notify(s, 0);
    }
  }
}
