/**
 * sync01: a producer waits until there is nothing, a consumer until there is something, with a mutex and two condition
 * variables. There is something in the beginning.
 *
 * The bug: the consumer does not take what it found, so that the producer waits for ever. It shows in every schedule. Fixed: it
 * takes it.
 *
 * Source: SCTBench (Thomson, Donaldson, Betts, PPoPP 2014), CS.sync01.
 */
import { portOf } from '../port/port.ts';

export default portOf(import.meta.url, ({ memory, fixed }) => {
  const mutex = memory.mutex('mutex');
  const empty = memory.condition('empty');
  const full = memory.condition('full');
  const count = memory.variable('count', 1);
  return {
    threads: [
      function producer() {
        mutex.lock();
        while (count.get() > 0) empty.wait(mutex);
        count.increase();
        mutex.unlock();
        full.signal();
      },
      function consumer() {
        mutex.lock();
        while (count.get() === 0) full.wait(mutex);
        if (fixed) count.increase(-1);
        mutex.unlock();
        empty.signal();
      },
    ],
  };
});
