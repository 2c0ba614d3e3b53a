// A worker waits for the wrong value: Atomics.wait(c, 0, IDLE) right after it stored DONE returns 'not-equal' at once, in a loop.
// ?v=bug  the other side has gone: livelock; its trace must be short (one cycle, folded).   ?v=fix  nothing, or a deadlock
// ?v=late correct in the end, burns a core meanwhile: nothing is found, and a remark says that a wait never slept.
const v = new URL(import.meta.url).searchParams.get('v') ?? 'bug';
const IDLE = 0,
  WORK = 1,
  DONE = 2,
  QUIT = 3;
export const threads = 2;
export const setup = () => ({ c: new Int32Array(new SharedArrayBuffer(8)) });
export function thread({ c }, index) {
  if (index === 0) {
    Atomics.store(c, 0, WORK);
    Atomics.notify(c, 0);
    if (v === 'bug') return;
    while (Atomics.load(c, 0) !== DONE);
    Atomics.store(c, 0, QUIT);
    Atomics.notify(c, 0);
    return;
  }
  for (;;) {
    const now = Atomics.load(c, 0);
    if (now === QUIT) return;
    if (now === WORK) {
      Atomics.store(c, 0, DONE);
      Atomics.notify(c, 0);
      continue;
    }
    Atomics.wait(c, 0, v === 'fix' ? now : IDLE);
  }
}
