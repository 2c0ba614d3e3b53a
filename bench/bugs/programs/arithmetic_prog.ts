/**
 * arithmetic_prog: a producer and a consumer hand three items over, one at a time, with a mutex and two condition variables.
 * The consumer adds up 0 + 1 + 2 + 3.
 *
 * The bug: the program asserts that the sum is not 6. It shows in every schedule. Fixed: it asserts that it is 6.
 *
 * Source: SCTBench (Thomson, Donaldson, Betts, PPoPP 2014), CS.arithmetic_prog.
 */
import { assert, portOf } from '../port/port.ts';

const ITEMS = 3;
const SUM = (ITEMS * (ITEMS + 1)) / 2;

export default portOf(import.meta.url, ({ memory, fixed }) => {
  const mutex = memory.mutex('mutex');
  const empty = memory.condition('empty');
  const full = memory.condition('full');
  const count = memory.variable('count');
  const total = memory.variable('total');
  const done = memory.variable('done');

  function producer(): void {
    for (let item = 0; item < ITEMS; item++) {
      mutex.lock();
      while (count.get() > 0) empty.wait(mutex);
      count.increase();
      mutex.unlock();
      full.signal();
    }
  }

  function consumer(): void {
    for (let item = 0; item < ITEMS; item++) {
      mutex.lock();
      while (count.get() === 0) full.wait(mutex);
      total.increase(item);
      count.increase(-1);
      mutex.unlock();
      empty.signal();
    }
    total.increase(ITEMS);
    done.set(1);
  }

  return {
    threads: [producer, consumer],
    check() {
      if (done.get() === 0) return;
      assert((total.get() === SUM) === fixed, `the sum is ${total.get()}`);
    },
  };
});
