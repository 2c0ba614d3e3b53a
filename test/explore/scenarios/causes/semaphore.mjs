// A semaphore whose release wakes one waiter. ?v=mixed: one wants two permits, one wants one: the first takes the wake-up
// of the second.   ?v=broadcast: release wakes all: nothing to find.
const v = new URL(import.meta.url).searchParams.get('v');
export const threads = 3;
export function setup() {
  const s = new Int32Array(new SharedArrayBuffer(8));
  return { s };
}
function acquire(s, wanted) {
  for (;;) {
    const free = Atomics.load(s, 0);
    if (free < wanted) Atomics.wait(s, 0, free);
    else if (Atomics.compareExchange(s, 0, free, free - wanted) === free) return;
  }
}
export function thread({ s }, index) {
  if (index > 0) {
    acquire(s, 3 - index);
    // Once the one permit was had, there are two for the other.
    if (v === 'mixed' && index === 2) {
      Atomics.add(s, 0, 2);
      Atomics.notify(s, 0);
    }
    return;
  }
  Atomics.add(s, 0, 1);
  Atomics.notify(s, 0, v === 'mixed' ? 1 : undefined);
  if (v === 'mixed') return;
  Atomics.add(s, 0, 2);
  Atomics.notify(s, 0);
}
