/**
 * carter01: operations of class A exclude those of class B. The first of a class locks a mutex for the class, the last unlocks
 * it; how many there are of each is counted under another mutex. Two more threads do nothing.
 *
 * The bug: both classes count under the same mutex, and the first of a class waits for the other class with that mutex locked,
 * without which the other cannot leave: a deadlock. Fixed: each class counts under a mutex of its own.
 *
 * Source: SCTBench (Thomson, Donaldson, Betts, PPoPP 2014), CS.carter01.
 */
import { portOf } from '../port/port.ts';

export default portOf(import.meta.url, ({ memory, fixed }) => {
  const resource = memory.mutex('resource');
  const shared = memory.mutex('counting');
  const other = memory.mutex('countingB');
  const inA = memory.variable('inA');
  const inB = memory.variable('inB');

  function operation(count: typeof inA, counting: typeof shared): void {
    counting.during(() => {
      count.increase();
      if (count.get() === 1) resource.lock();
    });
    counting.during(() => {
      count.increase(-1);
      if (count.get() === 0) resource.unlock();
    });
  }

  const nothing = (): void => {};
  return {
    threads: [() => operation(inA, shared), () => operation(inB, fixed ? other : shared), nothing, nothing],
  };
});
