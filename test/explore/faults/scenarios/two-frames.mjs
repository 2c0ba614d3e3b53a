// Each thread needs two of four frames; where the second is refused it gives the first back. `?leaks`: it does not.
const leaks = new URL(import.meta.url).searchParams.has('leaks');

export const threads = 2;
export const setup = () => new Int32Array(new SharedArrayBuffer(4)).fill(4);

function take(free, { mayFail }) {
  if (mayFail('a frame')) return false;
  Atomics.sub(free, 0, 1);
  return true;
}

export function thread(free, _me, _attached, tools) {
  if (!take(free, tools)) return;
  if (!take(free, tools)) {
    if (!leaks) Atomics.add(free, 0, 1);
    return;
  }
  Atomics.add(free, 0, 2);
}

export function check(free) {
  if (free[0] !== 4) throw new Error(`${free[0]} of 4 frames are free`);
}
