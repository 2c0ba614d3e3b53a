/**
 * bluetooth_driver: a model of a Windows driver. One thread stops the device: it says so, gives up its own reference, and
 * releases the device where that was the last. The main thread meanwhile does a request: it takes a reference unless the device
 * is being stopped, works, and gives the reference back.
 *
 * The bug: between the look and the reference the device may be stopped and released, and then it is worked on. Fixed: the
 * reference is taken first, and given back where the device is being stopped.
 *
 * Source: SCTBench (Thomson, Donaldson, Betts, PPoPP 2014), CS.bluetooth_driver, after Qadeer and Wu, PLDI 2004.
 */
import { assert, portOf } from '../port/port.ts';

export default portOf(import.meta.url, ({ memory, fixed }) => {
  // What the original calls an atomic section is a mutex in the bench.
  const atomic = memory.mutex('atomic');
  const references = memory.variable('references', 1);
  const stopping = memory.variable('stopping');
  const idle = memory.variable('idle');
  const stopped = memory.variable('stopped');

  function release(): void {
    let left = 0;
    atomic.during(() => {
      left = references.increase(-1);
    });
    if (left === 0) idle.set(1);
  }

  /** @returns whether the device may be worked on */
  function acquire(): boolean {
    if (!fixed && stopping.get() !== 0) return false;
    atomic.during(() => references.increase());
    if (!fixed || stopping.get() === 0) return true;
    release();
    return false;
  }

  function request(): void {
    const acquired = acquire();
    if (acquired) assert(stopped.get() === 0, 'the device is worked on and was released');
    // The original gives back what it was not given, too.
    if (acquired || !fixed) release();
  }

  function stop(): void {
    stopping.set(1);
    release();
    if (idle.get() !== 0) stopped.set(1);
  }

  return {
    threads: [stop],
    main(create) {
      create();
      request();
    },
  };
});
