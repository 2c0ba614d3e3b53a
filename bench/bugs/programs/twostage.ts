/**
 * twostage_N: N - 1 threads store a first number under one mutex, and then, under another, a second number that is greater
 * by one. One more, created last, reads both in the same way. In twostage there are one of the first kind and one of the second.
 *
 * The bug: what is stored in two stages is read as if it were stored in one. It shows where all of the reader falls between the
 * two stages of the first thread that comes there. Fixed: the first mutex is kept over both stages.
 *
 * Source: SCTBench (Thomson, Donaldson, Betts, PPoPP 2014), CS.twostage and CS.twostage_100.
 */
import { assert, portOf } from '../port/port.ts';

export default portOf(import.meta.url, ({ memory, fixed, number }) => {
  const mutex1 = memory.mutex('mutex1');
  const mutex2 = memory.mutex('mutex2');
  const data1 = memory.variable('data1');
  const data2 = memory.variable('data2');

  function store(): void {
    mutex1.lock();
    data1.set(1);
    if (!fixed) mutex1.unlock();
    mutex2.lock();
    data2.set(data1.get() + 1);
    mutex2.unlock();
    if (fixed) mutex1.unlock();
  }

  function read(): void {
    mutex1.lock();
    if (data1.get() === 0) {
      mutex1.unlock();
      return;
    }
    const first = data1.get();
    mutex1.unlock();
    mutex2.lock();
    const second = data2.get();
    mutex2.unlock();
    assert(second === first + 1, 'the second number is not stored yet');
  }

  return { threads: [...Array.from({ length: number('writers', 1) }, () => store), read] };
});
