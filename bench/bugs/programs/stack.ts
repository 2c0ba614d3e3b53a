/**
 * stack: one thread pushes ten numbers, another pops up to ten, each time under a mutex.
 *
 * The bug: the second looks whether something was ever pushed, and not whether something is there. It shows where it comes
 * more often than the first. Fixed: it looks whether something is there.
 *
 * Source: SCTBench (Thomson, Donaldson, Betts, PPoPP 2014), CS.stack.
 */
import { assert, portOf } from '../port/port.ts';

const SIZE = 10;

export default portOf(import.meta.url, ({ memory, fixed }) => {
  const mutex = memory.mutex('mutex');
  const top = memory.variable('top');
  const pushed = memory.variable('pushed');
  const elements = memory.array('elements', SIZE);

  function push(value: number): void {
    assert(top.get() !== SIZE, 'the stack is full');
    elements.set(top.get(), value);
    top.increase();
  }

  function pop(): number {
    assert(top.get() !== 0, 'the stack is empty');
    top.increase(-1);
    return elements.get(top.get());
  }

  function pusher(): void {
    for (let value = 0; value < SIZE; value++) {
      mutex.during(() => {
        push(value);
        pushed.set(1);
      });
    }
  }

  function popper(): void {
    for (let time = 0; time < SIZE; time++) {
      mutex.during(() => {
        if (fixed ? top.get() > 0 : pushed.get() !== 0) pop();
      });
    }
  }

  return { threads: [pusher, popper] };
});
