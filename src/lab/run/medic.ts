import { Machine } from '../../machine/machine.ts';
import { LabError } from '../../platform/error.ts';
import type { RecoveryResult } from '../../results/fault_result.ts';
import { HELD_WORDS } from '../../sync/decorators/held_lock.ts';
import type { Lock } from '../../sync/lock.ts';
import { OwnerTable } from '../check/owner_table.ts';
import { sharedNowMs } from '../worker/worker_block.ts';
import type { WorkerSetup } from '../worker/worker_setup.ts';
import type { Death } from './fault_watch.ts';

/** The longest wait for a lock: its holder may have died too, and only this thread can learn of that. */
const LOCK_TIMEOUT_MS = 200;

/**
 * Recovers from deaths on the main thread, with a CPU of its own: the machine's last one. The exit event of the dead
 * thread was seen there, which proves that it ended.
 */
export class Medic {
  private readonly setup: WorkerSetup;
  /** The workload's own: nothing can mend what they guard. */
  private readonly workloadLocks: readonly Lock[];

  constructor(setup: WorkerSetup, workloadLocks: readonly Lock[]) {
    this.setup = setup;
    this.workloadLocks = workloadLocks;
  }

  /**
   * Makes the machine whole after a death, so that its CPU can be attached again.
   *
   * @returns null if another holds what it needs, or has died: to be tried again
   * @throws whatever says that it cannot be recovered
   */
  recover(death: Death): Omit<RecoveryResult, 'replaced'> | null {
    const { setup } = this;
    const { worker } = death;
    this.assertMendable(worker);
    const startMs = sharedNowMs();
    this.forget(worker);
    const machine = Machine.attach(setup.machine, setup.configuration.workers, {
      lockTimeoutMs: LOCK_TIMEOUT_MS,
    });
    try {
      const { locksBroken, rebuilt, framesReturned } = (
        machine as never as { recover(cpu: number): RecoveryResult }
      ).recover(worker);
      const endMs = sharedNowMs();
      return {
        afterMs: endMs - death.atMs,
        durationMs: endMs - startMs,
        locksBroken,
        rebuilt,
        framesReturned,
        framesLost: { frames: 0, ranges: [] },
      };
    } catch (error) {
      const passes =
        error instanceof LabError && (error.code === 'LockTimeout' || error.code === 'OwnerDied');
      if (passes) return null;
      throw error;
    } finally {
      machine.detach();
    }
  }

  /** @throws `OwnerDied` if the dead worker holds a lock of the workload's own */
  private assertMendable(worker: number): void {
    const held = this.workloadLocks.filter((lock) => lock.owner() === worker).map(({ name }) => name);
    if (held.length === 0) return;
    throw new LabError(
      'OwnerDied',
      `worker ${worker} held lock ${held.join(' and ')} of the workload's own, and nothing is known of what that guards`,
    );
  }

  /** What the checks of the run remember of the dead holds no longer. */
  private forget(worker: number): void {
    const { held, lockNames, oracle } = this.setup;
    if (held !== null) {
      const words = new Int32Array(held);
      for (let lock = 0; lock < lockNames.length; lock++) {
        Atomics.compareExchange(words, lock * HELD_WORDS, worker + 1, 0);
      }
    }
    if (oracle !== null) new OwnerTable(oracle.owners).forget(worker);
  }
}
