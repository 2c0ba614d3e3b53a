// A robust lock: its word names the owner, so that who waits for it can take it over once the owner has died. What the owner
// left half done is then mended. `?forgets`: it is not.
const forgets = new URL(import.meta.url).searchParams.has('forgets');

export const threads = 2;
export const faults = { kill: 1 };
export const setup = () => ({
  lock: new Int32Array(new SharedArrayBuffer(4)),
  pair: new Int32Array(new SharedArrayBuffer(8)),
});

function acquire({ lock, pair }, me, died) {
  for (;;) {
    const owner = Atomics.compareExchange(lock, 0, 0, me + 1);
    if (owner === 0) return;
    if (!died(owner - 1) || Atomics.compareExchange(lock, 0, owner, me + 1) !== owner) continue;
    if (!forgets) Atomics.store(pair, 1, Atomics.load(pair, 0));
    return;
  }
}

export function thread(shared, me, _attached, { died }) {
  const { lock, pair } = shared;
  acquire(shared, me, died);
  Atomics.store(pair, 0, Atomics.load(pair, 0) + 1);
  Atomics.store(pair, 1, Atomics.load(pair, 1) + 1);
  Atomics.store(lock, 0, 0);
}

export function check({ lock, pair }, _attached, { killed }) {
  // Nobody came after a dead owner: that is for the next one to mend.
  if (killed.includes(Atomics.load(lock, 0) - 1)) return;
  if (pair[0] !== pair[1]) throw new Error(`the pair is ${pair[0]} and ${pair[1]}`);
}
