/**
 * queue: one thread puts numbers into a queue and notes them in a list, another takes them out and compares, by turns, as two
 * flags under a mutex have it. Each looks twenty times whether it is its turn.
 *
 * The bug: both use the number of their look as an index into the list, and not the number of what was put in or taken out. It
 * shows where one of them once looks too early. Fixed: they count.
 *
 * Source: SCTBench (Thomson, Donaldson, Betts, PPoPP 2014), CS.queue.
 */
import { assert, portOf } from '../port/port.ts';

const SIZE = 20;

export default portOf(import.meta.url, ({ memory, fixed }) => {
  const mutex = memory.mutex('mutex');
  const head = memory.variable('head');
  const tail = memory.variable('tail');
  const amount = memory.variable('amount');
  const mayPut = memory.variable('mayPut', 1);
  const mayTake = memory.variable('mayTake');
  const elements = memory.array('elements', SIZE + 1);
  const noted = memory.array('noted', SIZE);

  /** Moves an end of the queue on, in the original's odd way. */
  const advance = (end: typeof head): void => end.set(end.get() === SIZE ? 1 : end.get() + 1);

  function put(value: number): void {
    elements.set(tail.get(), value);
    amount.increase();
    advance(tail);
  }

  function take(): number {
    const value = elements.get(head.get());
    amount.increase(-1);
    advance(head);
    return value;
  }

  function producer(): void {
    let value = 0;
    mutex.during(() => {
      put(value);
      noted.set(0, value);
      assert(head.get() !== tail.get(), 'the queue is empty after something was put in');
    });
    for (let look = 0; look < SIZE - 1; look++) {
      mutex.during(() => {
        if (mayPut.get() === 0) return;
        value++;
        put(value);
        noted.set(fixed ? value : look + 1, value);
        mayPut.set(0);
        mayTake.set(1);
      });
    }
  }

  function consumer(): void {
    let taken = 0;
    for (let look = 0; look < SIZE; look++) {
      mutex.during(() => {
        if (mayTake.get() === 0) return;
        assert(take() === noted.get(fixed ? taken++ : look), 'another number was taken than the one noted');
        mayTake.set(0);
        mayPut.set(1);
      });
    }
  }

  return { threads: [producer, consumer] };
});
