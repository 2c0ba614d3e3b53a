/**
 * din_philN_sat: N philosophers (2 to 7) each take and lay down both forks in one atomic section, then count that they have
 * eaten, without a lock.
 *
 * The bug: the program asserts that nobody counts to N. It shows in most schedules, but not where an update is lost. Fixed: it
 * asserts that nobody counts beyond N.
 *
 * Source: SCTBench (Thomson, Donaldson, Betts, PPoPP 2014), CS.din_phil2_sat to CS.din_phil7_sat.
 */
import { assert, portOf } from '../port/port.ts';

export default portOf(import.meta.url, ({ memory, fixed, number }) => {
  const philosophers = number('philosophers', 3);
  // What the original calls an atomic section is a mutex in the bench.
  const atomic = memory.mutex('atomic');
  const forks = Array.from({ length: philosophers }, (_, fork) => memory.mutex(`fork${fork}`));
  const eaten = memory.variable('eaten');
  const philosopher = (left: number) => (): void => {
    const right = (left + 1) % philosophers;
    atomic.during(() => forks[right].during(() => forks[left].during(() => {})));
    eaten.increase();
    const count = eaten.get();
    assert(fixed ? count <= philosophers : count !== philosophers, `${count} have eaten`);
  };
  return { threads: Array.from({ length: philosophers }, (_, left) => philosopher(left)) };
});
