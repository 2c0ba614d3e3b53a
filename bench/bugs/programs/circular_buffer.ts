/**
 * circular_buffer: a sender puts numbers into a buffer and a receiver takes them out, by turns, as two flags under a mutex have
 * it. Each looks seven times whether it is its turn.
 *
 * The bug: the receiver expects the number of its look, and not of what it has received. It shows where it once looks too
 * early. Fixed: it counts what it has received, and so does the sender what it has sent.
 *
 * Source: SCTBench (Thomson, Donaldson, Betts, PPoPP 2014), CS.circular_buffer.
 */
import { assert, portOf } from '../port/port.ts';

const SLOTS = 10;
const LOOKS = 7;
const NOTHING = -1;

export default portOf(import.meta.url, ({ memory, fixed }) => {
  const mutex = memory.mutex('mutex');
  const first = memory.variable('first');
  const next = memory.variable('next');
  const maySend = memory.variable('maySend', 1);
  const mayReceive = memory.variable('mayReceive');
  const buffer = memory.array('buffer', SLOTS);

  function insert(value: number): void {
    if (next.get() >= SLOTS) return;
    buffer.set(next.get(), value);
    next.set((next.get() + 1) % SLOTS);
    assert(next.get() < SLOTS, 'the buffer is left');
  }

  function remove(): number {
    if (next.get() === 0 || first.get() >= SLOTS) return NOTHING;
    first.increase();
    return buffer.get(first.get() - 1);
  }

  function sender(): void {
    let sent = 0;
    for (let look = 0; look < LOOKS; look++) {
      mutex.during(() => {
        if (maySend.get() === 0) return;
        insert(fixed ? sent++ : look);
        maySend.set(0);
        mayReceive.set(1);
      });
    }
  }

  function receiver(): void {
    let received = 0;
    for (let look = 0; look < LOOKS; look++) {
      mutex.during(() => {
        if (mayReceive.get() === 0) return;
        assert(remove() === (fixed ? received++ : look), 'another number was received than the one expected');
        mayReceive.set(0);
        maySend.set(1);
      });
    }
  }

  return { threads: [sender, receiver] };
});
