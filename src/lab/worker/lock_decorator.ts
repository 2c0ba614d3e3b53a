import { decorateLock } from '../../sync/decorators/decorate_lock.ts';
import { HELD_WORDS } from '../../sync/decorators/held_lock.ts';
import { LockStatistics } from '../../sync/decorators/lock_statistics.ts';
import type { Lock } from '../../sync/lock.ts';
import type { WorkerSetup } from './worker_setup.ts';

/** What a run puts around each lock of a machine: checks, statistics, and the delay that the user asked for. */
export function lockDecorator(setup: WorkerSetup, cpu: number): (lock: Lock) => Lock {
  const statistics = LockStatistics.attach(setup.statistics);
  const words = setup.held === null ? null : new Int32Array(setup.held);
  const delay = setup.configuration.injectDelay;
  return (lock) => {
    const at = setup.lockNames.indexOf(lock.name) * HELD_WORDS;
    return decorateLock(lock, cpu, {
      held: words === null ? undefined : { words, at },
      statistics,
      delayNs: delay?.lock === lock.name ? delay.ns : 0,
    });
  };
}
