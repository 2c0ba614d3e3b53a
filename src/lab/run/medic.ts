import type { Machine } from '../../machine/machine.ts';
import { PAGE_SIZE, type Range } from '../../mm/page.ts';
import { LabError } from '../../platform/error.ts';
import { HELD_WORDS } from '../../sync/decorators/held_lock.ts';
import { OwnerTable } from '../check/owner_table.ts';
import { BriefLock } from '../faults/brief_lock.ts';
import { sharedNowMs } from '../worker/worker_block.ts';
import type { WorkerSetup } from '../worker/worker_setup.ts';
import { openWorkloadLocks } from '../worker/workload_locks.ts';
import type { Death } from './fault_watch.ts';

/** Reasons for which a recovery is tried again: another has a lock or the CPU in hand, or has died, too. */
const PASSES: readonly string[] = ['LockTimeout', 'OwnerDied', 'CpuBusy'];

/** What a recovery did. */
export interface Recovered {
  /** From the exit event until the machine was whole again, and the part of it that was the recovery itself. */
  readonly afterMs: number;
  readonly durationMs: number;
  readonly locksBroken: readonly string[];
  readonly rebuilt: readonly string[];
  readonly framesReturned: number;
  /** Numbers of frames of the dead that others may have: known only when all have given back what they hold. */
  readonly framesHeld: readonly number[];
  /** Numbers of frames that are free and that the allocator may not hold: known likewise. */
  readonly framesLost: readonly number[];
}

/** Recovers from deaths on the main thread, which saw the exit event: that proves that the thread ended. */
export class Medic {
  private readonly setup: WorkerSetup;
  private readonly observer: Machine;

  constructor(setup: WorkerSetup, observer: Machine) {
    this.setup = setup;
    this.observer = observer;
  }

  /**
   * Makes the machine whole after a death, so that its CPU can be attached again.
   *
   * @returns null if another holds what it needs, or has died, too: to be tried again
   * @throws whatever says that it cannot be recovered
   */
  recover(death: Death): Recovered | null {
    const { setup, observer } = this;
    const { worker } = death;
    this.recoverWorkloadLocks(worker);
    const startMs = sharedNowMs();
    const shares = setup.faults?.sharesFrames ?? true;
    this.forget(worker, !shares);
    try {
      const recovery = observer.recover(worker, {
        owned: shares ? 'list' : 'return',
        decorateLock: (lock) => new BriefLock(lock),
      });
      const endMs = sharedNowMs();
      return {
        afterMs: endMs - death.atMs,
        durationMs: endMs - startMs,
        // One that was begun anew may have broken some before.
        locksBroken: [...new Set([...death.locks, ...recovery.locksBroken])],
        rebuilt: recovery.rebuilt,
        framesReturned: recovery.framesReturned,
        framesHeld: frameNumbers(recovery.framesHeld),
        framesLost: frameNumbers(recovery.framesLost),
      };
    } catch (error) {
      if (!(error instanceof LabError && PASSES.includes(error.code))) throw error;
      // What was begun is begun anew.
      observer.markDead(worker);
      return null;
    }
  }

  /** @throws `NotRecoverable` if the dead worker holds a lock of the workload's own */
  private recoverWorkloadLocks(worker: number): void {
    const { cpus, host } = this.observer;
    const view = { cpus, host, cpu: worker, cpuState: (cpu: number) => this.observer.cpuState(cpu) };
    const held = openWorkloadLocks(this.setup.workloadLocks, view)
      .filter((lock) => lock.recover?.() ?? lock.owner() === worker)
      .map(({ name }) => name);
    if (held.length === 0) return;
    throw new LabError(
      'NotRecoverable',
      `worker ${worker} died with lock ${held.join(' and ')} of the workload's own, and what that guards may be half changed`,
    );
  }

  /** What the checks of the run remember of the dead holds no longer. */
  private forget(worker: number, ownsItsFrames: boolean): void {
    const { held, lockNames, oracle } = this.setup;
    if (held !== null) {
      const words = new Int32Array(held);
      for (let lock = 0; lock < lockNames.length; lock++) {
        Atomics.compareExchange(words, lock * HELD_WORDS, worker + 1, 0);
      }
    }
    if (oracle !== null && ownsItsFrames) new OwnerTable(oracle.owners).forget(worker);
  }
}

function frameNumbers(ranges: readonly Range[]): number[] {
  return ranges.flatMap(({ start, end }) =>
    Array.from({ length: (end - start) / PAGE_SIZE }, (_, i) => start / PAGE_SIZE + i),
  );
}
