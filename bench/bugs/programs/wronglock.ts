/**
 * wronglock_N: one thread increments a number under a mutex and compares; N others increment it under another mutex. Without a
 * number N is 7.
 *
 * The bug: it is the wrong mutex. It shows where one of the others comes between the first thread's read and its comparison.
 * Fixed: it is the same mutex.
 *
 * Source: SCTBench (Thomson, Donaldson, Betts, PPoPP 2014), CS.wronglock and CS.wronglock_3.
 */
import { assert, portOf } from '../port/port.ts';

export default portOf(import.meta.url, ({ memory, fixed, number }) => {
  const mutex = memory.mutex('mutex');
  const wrong = memory.mutex('wrong');
  const data = memory.variable('data');

  function compares(): void {
    mutex.during(() => {
      const before = data.get();
      data.increase();
      assert(data.get() === before + 1, 'somebody else came in');
    });
  }
  function increments(): void {
    (fixed ? mutex : wrong).during(() => data.increase());
  }
  return { threads: [compares, ...Array.from({ length: number('others', 7) }, () => increments)] };
});
