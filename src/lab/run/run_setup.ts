import type { Machine } from '../../machine/machine.ts';
import { LabError } from '../../platform/error.ts';
import { HELD_WORDS } from '../../sync/decorators/held_lock.ts';
import { LockStatistics } from '../../sync/decorators/lock_statistics.ts';
import { CALL_SITES } from '../../sync/lock.ts';
import { Contents } from '../check/contents.ts';
import { OwnerTable } from '../check/owner_table.ts';
import type { Configuration } from '../result.ts';
import { WorkerBlock } from '../worker/worker_block.ts';
import { BARRIERS_BYTES, type WorkerSetup } from '../worker/worker_setup.ts';
import type { Workload } from '../workloads/workload.ts';

/** All the memory that the threads of a run share beside the machine's. */
export function setUpRun(machine: Machine, configuration: Configuration, workload: Workload): WorkerSetup {
  const { workers, oracle, stats, injectDelay } = configuration;
  const lockNames = machine.locks.map((lock) => lock.name);
  if (injectDelay !== null && !lockNames.includes(injectDelay.lock)) {
    throw new LabError(
      'Usage',
      `delay at lock '${injectDelay.lock}': must be one of ${lockNames.join(', ')} (of allocator ${machine.allocatorName})`,
    );
  }
  const watches = oracle !== 'off';
  return {
    configuration,
    machine: machine.handle,
    blocks: WorkerBlock.allocate(workload.operations.length, workers),
    barriers: new SharedArrayBuffer(BARRIERS_BYTES),
    shared: new SharedArrayBuffer(workload.sharedWords(workers) * 4),
    oracle: watches
      ? {
          owners: OwnerTable.create(machine.frames).buffer,
          expected: oracle === 'full' ? Contents.createExpected(machine.frames) : null,
        }
      : null,
    lockNames,
    held: watches ? new SharedArrayBuffer(lockNames.length * HELD_WORDS * 4) : null,
    statistics: LockStatistics.create({
      locks: machine.locks.map((lock) => ({ name: lock.name, kind: lock.kind, sites: CALL_SITES })),
      cpus: workers,
      level: stats,
    }).handle,
  };
}
