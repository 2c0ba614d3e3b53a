/**
 * lazy01: under one mutex, a thread adds 1 to a number, another 2, and a third looks at it.
 *
 * The bug: the third says that 3 or more is an error. It shows where it comes last. Fixed: only more than 3 is.
 *
 * Source: SCTBench (Thomson, Donaldson, Betts, PPoPP 2014), CS.lazy01.
 */
import { assert, portOf } from '../port/port.ts';

export default portOf(import.meta.url, ({ memory, fixed }) => {
  const mutex = memory.mutex('mutex');
  const data = memory.variable('data');
  return {
    threads: [
      () => mutex.during(() => data.increase(1)),
      () => mutex.during(() => data.increase(2)),
      () => mutex.during(() => assert(data.get() < (fixed ? 4 : 3), 'both others were there before')),
    ],
  };
});
