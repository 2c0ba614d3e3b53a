/**
 * WSQ, IWSQ, SWSQ: the work stealing queue of Cilk's THE protocol. The main thread pushes four items and pops some of them at
 * one end; others steal at the other end under a lock, which the main thread takes only where both ends meet. At the end every
 * item must have been worked on exactly once. WSQ has a critical section for a lock, IWSQ and SWSQ a spin lock; SWSQ has two
 * thieves, and all is pushed before the first pop.
 *
 * The bug: push fills the ring to its last slot, although a thief that has moved the head may still be about to read the slot
 * before it. Fixed: one slot is kept free.
 *
 * Source: SCTBench (Thomson, Donaldson, Betts, PPoPP 2014), chess.WSQ, chess.IWSQ and chess.SWSQ, after Frigo, Leiserson and
 * Randall, PLDI 1998.
 */
import { assert, type PortContext, portOf } from '../port/port.ts';
import type { Interlocked } from '../sync/interlocked.ts';
import type { SharedArray, Variable } from '../sync/variable.ts';

const ITEMS = 4;
const STEALS = 2;
const SLOTS = 2;
const SLOTS_MAX = 8;
const NOTHING = -1;

interface Lock {
  lock(): void;
  unlock(): void;
}

/** The numbers of items, in a ring of a power of two of slots. Whoever owns it pushes and pops; all others steal. */
class WorkStealingQueue {
  private readonly lock: Lock;
  private readonly head: Interlocked;
  private readonly tail: Interlocked;
  /** Slots less one. */
  private readonly mask: Variable;
  /** Where in `slots` the ring begins: a larger one has memory of its own. */
  private readonly start: Variable;
  private readonly slots: SharedArray;
  private readonly spare: number;

  constructor({ memory, fixed }: PortContext, lock: Lock) {
    this.lock = lock;
    this.head = memory.interlocked('head');
    this.tail = memory.interlocked('tail');
    this.mask = memory.variable('mask', SLOTS - 1);
    this.start = memory.variable('start');
    this.slots = memory.array('slots', SLOTS + 2 * SLOTS + SLOTS_MAX);
    this.spare = fixed ? 1 : 0;
  }

  push(item: number): void {
    const tail = this.tail.get();
    if (tail < this.head.get() + this.mask.get() + 1 - this.spare) {
      this.put(tail, item);
      this.tail.set(tail + 1);
    } else this.pushLocked(item);
  }

  private pushLocked(item: number): void {
    this.lock.lock();
    const count = this.tail.get() - this.head.get();
    const head = this.head.get() & this.mask.get();
    this.head.set(head);
    this.tail.set(head + count);
    if (count >= this.mask.get()) this.grow(head, count);
    const tail = this.tail.get();
    this.put(tail, item);
    this.tail.set(tail + 1);
    this.lock.unlock();
  }

  private grow(head: number, count: number): void {
    const mask = this.mask.get();
    const start = this.start.get();
    const next = start + mask + 1;
    for (let i = 0; i < count; i++) this.slots.set(next + i, this.slots.get(start + ((head + i) & mask)));
    this.start.set(next);
    this.mask.set(2 * (mask + 1) - 1);
    this.head.set(0);
    this.tail.set(count);
  }

  pop(): number {
    const tail = this.tail.get() - 1;
    this.tail.set(tail);
    if (this.head.get() <= tail) return this.at(tail);
    this.tail.set(tail + 1);
    return this.popLocked();
  }

  private popLocked(): number {
    this.lock.lock();
    let item = NOTHING;
    const tail = this.tail.get() - 1;
    this.tail.set(tail);
    if (this.head.get() <= tail) item = this.at(tail);
    else this.tail.set(tail + 1);
    if (this.head.get() > tail) {
      this.head.set(0);
      this.tail.set(0);
      item = NOTHING;
    }
    this.lock.unlock();
    return item;
  }

  steal(): number {
    this.lock.lock();
    let item = NOTHING;
    const head = this.head.get();
    this.head.set(head + 1);
    if (head < this.tail.get()) item = this.at(head);
    else this.head.set(head);
    this.lock.unlock();
    return item;
  }

  private at(index: number): number {
    return this.slots.get(this.start.get() + (index & this.mask.get()));
  }

  private put(index: number, item: number): void {
    this.slots.set(this.start.get() + (index & this.mask.get()), item);
  }
}

export default portOf(import.meta.url, (context) => {
  const { memory, number } = context;
  const thieves = number('thieves', 1);
  const lock = number('spins', 0) === 1 ? memory.spinLock('lock') : memory.mutex('lock');
  const queue = new WorkStealingQueue(context, lock);
  const done = memory.array('done', ITEMS);

  function work(item: number): void {
    if (item !== NOTHING) done.set(item, done.get(item) + 1);
  }
  function thief(): void {
    for (let i = 0; i < STEALS; i++) work(queue.steal());
  }
  function pushesAndPops(): void {
    for (let i = 0; i < ITEMS; i += 2) {
      queue.push(i);
      queue.push(i + 1);
      work(queue.pop());
    }
    for (let i = 0; i < ITEMS / 2; i++) work(queue.pop());
  }
  function pushesThenPops(): void {
    for (let i = 0; i < ITEMS; i++) queue.push(i);
    for (let i = 0; i < ITEMS; i++) work(queue.pop());
  }
  return {
    threads: Array.from({ length: thieves }, () => thief),
    main(create) {
      create();
      if (number('pushesFirst', 0) === 1) pushesThenPops();
      else pushesAndPops();
    },
    check() {
      for (let item = 0; item < ITEMS; item++) {
        assert(done.get(item) === 1, `item ${item} was worked on ${done.get(item)} times`);
      }
    },
  };
});
