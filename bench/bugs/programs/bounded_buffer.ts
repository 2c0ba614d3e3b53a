/**
 * boundedBuffer: two producers and two consumers move four items each through a ring for three pointers, with a mutex and two
 * condition variables, which are signalled only where somebody is counted as waiting.
 *
 * The bug: a consumer that has seen an item unlocks the mutex and locks it again before it takes the item. Another may have
 * taken it then. Fixed: it keeps the mutex.
 *
 * Source: the bounded buffer of the Inspect examples in SCTBench (Thomson, Donaldson, Betts, PPoPP 2014), with the bug and the
 * numbers with which later papers evaluate it (SV-COMP's pthread-complex, PERIOD).
 */
import { assert, portOf } from '../port/port.ts';

const ITEMS = 4;
const SLOTS = 3;

export default portOf(import.meta.url, ({ memory, fixed }) => {
  const mutex = memory.mutex('mutex');
  const notFull = memory.condition('notFull');
  const notEmpty = memory.condition('notEmpty');
  const head = memory.variable('head');
  const rear = memory.variable('rear');
  const producersWaiting = memory.variable('producersWaiting');
  const consumersWaiting = memory.variable('consumersWaiting');
  const slots = memory.array('slots', SLOTS);

  const isFull = (): boolean => (rear.get() + 1) % SLOTS === head.get();
  const isEmpty = (): boolean => head.get() === rear.get();

  function put(item: number): void {
    mutex.lock();
    if (isFull()) {
      producersWaiting.increase();
      while (isFull()) notFull.wait(mutex);
      producersWaiting.increase(-1);
    }
    slots.set(rear.get(), item);
    rear.set((rear.get() + 1) % SLOTS);
    if (consumersWaiting.get() > 0) notEmpty.signal();
    mutex.unlock();
  }

  function take(): number {
    mutex.lock();
    if (isEmpty()) {
      consumersWaiting.increase();
      while (isEmpty()) notEmpty.wait(mutex);
      consumersWaiting.increase(-1);
    }
    if (!fixed) {
      mutex.unlock();
      mutex.lock();
    }
    assert(!isEmpty(), 'the item that was seen is gone');
    const item = slots.get(head.get());
    head.set((head.get() + 1) % SLOTS);
    if (producersWaiting.get() > 0) notFull.signal();
    mutex.unlock();
    return item;
  }

  function producer(): void {
    for (let item = 1; item <= ITEMS; item++) put(item);
  }
  function consumer(): void {
    for (let item = 0; item < ITEMS; item++) take();
  }
  return { threads: [producer, producer, consumer, consumer] };
});
