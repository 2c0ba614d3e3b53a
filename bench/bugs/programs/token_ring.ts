/**
 * token_ring: three threads pass a number on, from x1 to x2 to x3, each in an atomic section; a fourth checks, where all three
 * are done, that the numbers are equal.
 *
 * The bug: nothing says in which order the three go. It shows where the fourth is last and the three go in another order than
 * that of the ring. Fixed: each passes on only what the one before has passed on.
 *
 * Source: SCTBench (Thomson, Donaldson, Betts, PPoPP 2014), CS.token_ring.
 */
import { assert, portOf } from '../port/port.ts';

export default portOf(import.meta.url, ({ memory, fixed }) => {
  // What the original calls an atomic section is a mutex in the bench.
  const atomic = memory.mutex('atomic');
  const x1 = memory.variable('x1', 1);
  const x2 = memory.variable('x2', 2);
  const x3 = memory.variable('x3', 1);
  const done1 = memory.variable('done1');
  const done2 = memory.variable('done2');
  const done3 = memory.variable('done3');
  return {
    threads: [
      () =>
        atomic.during(() => {
          x1.set((x3.get() + 1) % 4);
          done1.set(1);
        }),
      () =>
        atomic.during(() => {
          if (fixed && done1.get() === 0) return;
          x2.set(x1.get());
          done2.set(1);
        }),
      () =>
        atomic.during(() => {
          if (fixed && done2.get() === 0) return;
          x3.set(x2.get());
          done3.set(1);
        }),
      () =>
        atomic.during(() => {
          if (done1.get() === 0 || done2.get() === 0 || done3.get() === 0) return;
          assert(x1.get() === x2.get() && x2.get() === x3.get(), 'the numbers differ');
        }),
    ],
  };
});
