import type { Machine } from '../../machine/machine.ts';
import { LabError } from '../../platform/error.ts';
import { show } from '../../platform/options_check.ts';
import type { Configuration } from '../../results/run_result.ts';
import { HELD_WORDS } from '../../sync/decorators/held_lock.ts';
import { LockStatistics } from '../../sync/decorators/lock_statistics.ts';
import { CALL_SITES } from '../../sync/lock.ts';
import { Contents } from '../check/contents.ts';
import { OwnerTable } from '../check/owner_table.ts';
import { describeThrown } from '../describe_thrown.ts';
import { type FaultTargets, planFaults } from '../faults/fault_plan.ts';
import { FaultWords } from '../faults/fault_words.ts';
import { RollCall } from '../worker/roll_call.ts';
import { WarmupGate } from '../worker/warmup_gate.ts';
import { WorkerBlock } from '../worker/worker_block.ts';
import { BARRIERS_BYTES, type FaultSetup, type WorkerSetup } from '../worker/worker_setup.ts';
import { allocateWorkloadLocks } from '../worker/workload_locks.ts';
import { workloadParams } from '../workloads/params.ts';
import type { RunShape, Workload } from '../workloads/workload.ts';

/** Words of shared memory that a workload may ask for: 4 GiB. */
const SHARED_WORDS_MAX = 2 ** 30;

/** All memory that the threads of a run share, except the machine's. */
export function setUpRun(machine: Machine, configuration: Configuration, workload: Workload): WorkerSetup {
  const { workers, oracle, stats, injectDelay } = configuration;
  const workloadLocks = allocateWorkloadLocks(workload.locks ?? [], configuration.lock, machine.cpus);
  const lockNames = [...machine.locks.map((lock) => lock.name), ...workloadLocks.names];
  requireDistinct(lockNames, workload);
  if (injectDelay !== null && !lockNames.includes(injectDelay.lock)) {
    throw new LabError(
      'Usage',
      `delay at lock '${injectDelay.lock}': must be one of ${lockNames.join(', ')} (of allocator ${machine.allocatorName} and workload ${workload.name})`,
    );
  }
  const watches = oracle !== 'off';
  const shared = sharedMemory(workload, workers, {
    params: workloadParams(workload, configuration.workloadParams),
    frames: machine.frames,
  });
  return {
    configuration,
    machine: machine.handle,
    blocks: WorkerBlock.allocate(workload.operations.length, workers),
    barriers: new SharedArrayBuffer(BARRIERS_BYTES),
    gate: WarmupGate.allocate(),
    shared,
    oracle: watches
      ? {
          owners: OwnerTable.create(machine.frames).buffer,
          expected: oracle === 'full' ? Contents.createExpected(machine.frames) : null,
        }
      : null,
    workloadLocks,
    lockNames,
    held: watches ? new SharedArrayBuffer(lockNames.length * HELD_WORDS * 4) : null,
    statistics: LockStatistics.create({
      locks: [
        ...machine.locks.map(({ name, kind }) => ({ name, kind, sites: CALL_SITES })),
        // All locks of a run are of one kind. A workload takes its own in its operations.
        ...workloadLocks.names.map((name) => ({
          name,
          kind: machine.locks[0].kind,
          sites: workload.operations,
        })),
      ],
      cpus: workers,
      level: stats,
    }).handle,
    faults: setUpFaults(configuration, shared.byteLength > 0 && workload.keepsFrames !== true, {
      workers,
      locks: lockNames,
      operations: workload.operations,
      allocator: machine.allocatorName,
      workload: workload.name,
    }),
  };
}

/** @throws `Usage` for a fault that this run cannot have */
function setUpFaults(
  { faults, recover, seed, workers }: Configuration,
  sharesFrames: boolean,
  targets: FaultTargets,
): FaultSetup | null {
  if (faults.length === 0) return null;
  return {
    plan: planFaults(faults, seed, targets),
    words: FaultWords.allocate(faults.length, workers),
    roll: recover ? RollCall.allocate(workers) : null,
    sharesFrames,
  };
}

/** @throws `Usage` if a lock of the workload is named as another */
function requireDistinct(names: readonly string[], { name: workload }: Workload): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  throw new LabError(
    'Usage',
    `workload ${workload}: its lock ${twice} is named as another lock of the machine`,
  );
}

/** @throws `Usage` if the workload asks for an invalid size, or for more than this host has */
function sharedMemory(workload: Workload, workers: number, shape: RunShape): SharedArrayBuffer {
  const refuse = (why: string, cause?: unknown) =>
    new LabError('Usage', `workload ${workload.name}: its sharedWords(${workers}) ${why}`, { cause });
  let words: unknown;
  try {
    words = workload.sharedWords(workers, shape);
  } catch (cause) {
    throw refuse(`threw: ${describeThrown(cause).message}`, cause);
  }
  if (!Number.isSafeInteger(words) || (words as number) < 0 || (words as number) > SHARED_WORDS_MAX) {
    throw refuse(`is ${show(words)}; it must be a whole number from 0 to ${SHARED_WORDS_MAX}`);
  }
  try {
    return new SharedArrayBuffer((words as number) * 4);
  } catch (cause) {
    throw refuse(`is ${words}, and this host has no room for so many words`, cause);
  }
}
