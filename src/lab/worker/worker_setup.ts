import type { MachineHandle } from '../../machine/machine.ts';
import type { Configuration } from '../../results/run_result.ts';
import type { LockStatisticsHandle } from '../../sync/decorators/lock_statistics.ts';
import type { OracleMemory } from '../check/oracle.ts';
import type { PlannedFault } from '../faults/fault_plan.ts';
import type { WorkloadLocks } from './workload_locks.ts';

/** Everything that a worker gets, and all that the threads of a run share; it can be cloned. */
export interface WorkerSetup {
  readonly configuration: Configuration;
  readonly machine: MachineHandle;
  /** Each worker's `WorkerBlock`. */
  readonly blocks: SharedArrayBuffer;
  /** The words of the barriers below. */
  readonly barriers: SharedArrayBuffer;
  /** The words of the `WarmupGate`. */
  readonly gate: SharedArrayBuffer;
  /** What the workers of the workload share. */
  readonly shared: SharedArrayBuffer;
  /** Null if the oracle is off. */
  readonly oracle: OracleMemory | null;
  /** The locks of the workload's own. */
  readonly workloadLocks: WorkloadLocks;
  /** Names of the machine's locks and of the workload's, in the order of their words in `held`. */
  readonly lockNames: readonly string[];
  /** For the check of mutual exclusion; null if the oracle is off. */
  readonly held: SharedArrayBuffer | null;
  readonly statistics: LockStatisticsHandle;
  /** Null if no faults were asked for. */
  readonly faults: FaultSetup | null;
}

/** What the threads of a run share about its faults. */
export interface FaultSetup {
  readonly plan: readonly PlannedFault[];
  /** The words of `FaultWords`. */
  readonly words: SharedArrayBuffer;
  /** The words of the `RollCall` that takes the place of a barrier; null if nothing is recovered. */
  readonly roll: SharedArrayBuffer | null;
  /** Workers may hand frames to one another: then no one knows who had one when a worker died. */
  readonly sharesFrames: boolean;
}

/** Words of `barriers`, each on a line of its own. */
export const START_BARRIER = 0;
export const STEPPED_BARRIER = 32;
export const BARRIERS_BYTES = 64 * 4;
