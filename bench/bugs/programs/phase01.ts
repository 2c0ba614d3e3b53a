/**
 * phase01: two threads go through two phases, each with a mutex that is locked and unlocked twice.
 *
 * The bug: the second unlock of the first mutex is missing, so that the other thread waits for ever. It shows in every schedule.
 * Fixed: it is there.
 *
 * Source: SCTBench (Thomson, Donaldson, Betts, PPoPP 2014), CS.phase01.
 */
import { portOf } from '../port/port.ts';

export default portOf(import.meta.url, ({ memory, fixed }) => {
  const x = memory.mutex('x');
  const y = memory.mutex('y');
  function phases(): void {
    x.lock();
    x.unlock();
    x.lock();
    if (fixed) x.unlock();
    y.lock();
    y.unlock();
    y.lock();
    y.unlock();
  }
  return { threads: [phases, phases] };
});
