import { DelayedLock } from '../sync/delayed_lock.ts';
import { HELD_WORDS, HeldLock } from '../sync/held_lock.ts';
import type { Lock } from '../sync/lock.ts';
import { LockStatistics } from '../sync/lock_statistics.ts';
import type { WorkerSetup } from './worker_setup.ts';

/**
 * What a run puts around each lock of a machine, from the inside out: the check that it excludes, the delay
 * that the user asked for, and statistics, which so see the delay as a part of the hold.
 */
export function lockDecorator(setup: WorkerSetup, cpu: number): (lock: Lock) => Lock {
  const statistics = LockStatistics.attach(setup.statistics);
  const held = setup.held === null ? null : new Int32Array(setup.held);
  const delay = setup.configuration.injectDelay;
  return (lock) => {
    let decorated = lock;
    if (held !== null) {
      decorated = new HeldLock(decorated, held, setup.lockNames.indexOf(lock.name) * HELD_WORDS, cpu);
    }
    if (delay?.lock === lock.name) decorated = new DelayedLock(decorated, delay.ns, cpu);
    return statistics.instrument(decorated, cpu);
  };
}
