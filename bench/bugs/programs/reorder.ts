/**
 * reorder_N: N - 1 threads set a to 1 and then b to -1. One more, created last, looks at both.
 *
 * The bug: it expects that either none or both are set, and nothing makes a pair of the two. It shows where the look falls
 * between the first a and the first b of all threads: the more of them there are, the rarer. Fixed: a mutex makes them a pair.
 *
 * Source: SCTBench (Thomson, Donaldson, Betts, PPoPP 2014), CS.reorder_3 to CS.reorder_100.
 */
import { assert, portOf } from '../port/port.ts';

export default portOf(import.meta.url, ({ memory, fixed, number }) => {
  const a = memory.variable('a');
  const b = memory.variable('b');
  const mutex = fixed ? memory.mutex('mutex') : undefined;

  function set(): void {
    mutex?.lock();
    a.set(1);
    b.set(-1);
    mutex?.unlock();
  }

  function look(): void {
    mutex?.lock();
    assert(
      (a.get() === 0 && b.get() === 0) || (a.get() === 1 && b.get() === -1),
      'only one of the two is set',
    );
    mutex?.unlock();
  }

  return { threads: [...Array.from({ length: number('setters', 4) }, () => set), look] };
});
