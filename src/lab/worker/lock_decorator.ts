import { decorateLock } from '../../sync/decorators/decorate_lock.ts';
import { HELD_WORDS } from '../../sync/decorators/held_lock.ts';
import { LockStatistics } from '../../sync/decorators/lock_statistics.ts';
import type { Lock } from '../../sync/lock.ts';
import type { FaultInjector } from '../faults/fault_injector.ts';
import { FaultyLock } from '../faults/faulty_lock.ts';
import type { WorkerSetup } from './worker_setup.ts';

/**
 * What a run puts around each lock of a machine: checks, statistics, and the delay and the faults that the user asked
 * for.
 */
export function lockDecorator(
  setup: WorkerSetup,
  cpu: number,
  injector: FaultInjector | null = null,
): (lock: Lock) => Lock {
  const statistics = LockStatistics.attach(setup.statistics);
  const words = setup.held === null ? null : new Int32Array(setup.held);
  const delay = setup.configuration.injectDelay;
  return (lock) => {
    const at = setup.lockNames.indexOf(lock.name) * HELD_WORDS;
    const decorated = decorateLock(lock, cpu, {
      held: words === null ? undefined : { words, at },
      statistics,
      delayNs: delay?.lock === lock.name ? delay.ns : 0,
    });
    return injector?.isAimedAt(lock.name) ? new FaultyLock(decorated, injector) : decorated;
  };
}
