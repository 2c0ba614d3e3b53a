/**
 * sync02: a producer makes two items, each where there is none, and a consumer takes two, with a mutex and two condition
 * variables.
 *
 * The bug: two items are there in the beginning, which the consumer takes; what the producer makes then nobody takes, and it
 * waits for ever. It shows in every schedule. Fixed: none is there in the beginning.
 *
 * Source: SCTBench (Thomson, Donaldson, Betts, PPoPP 2014), CS.sync02.
 */
import { portOf } from '../port/port.ts';

const ITEMS = 2;

export default portOf(import.meta.url, ({ memory, fixed }) => {
  const mutex = memory.mutex('mutex');
  const empty = memory.condition('empty');
  const full = memory.condition('full');
  const count = memory.variable('count', fixed ? 0 : ITEMS);
  return {
    threads: [
      function producer() {
        for (let item = 0; item < ITEMS; item++) {
          mutex.lock();
          while (count.get() > 0) empty.wait(mutex);
          count.increase();
          mutex.unlock();
          full.signal();
        }
      },
      function consumer() {
        for (let item = 0; item < ITEMS; item++) {
          mutex.lock();
          while (count.get() === 0) full.wait(mutex);
          count.increase(-1);
          mutex.unlock();
          empty.signal();
        }
      },
    ],
  };
});
