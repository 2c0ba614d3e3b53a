import type { MachineHandle } from '../../machine/machine.ts';
import type { Configuration } from '../../results/run_result.ts';
import type { LockStatisticsHandle } from '../../sync/decorators/lock_statistics.ts';
import type { OracleMemory } from '../check/oracle.ts';

/** Everything that a worker gets, and all that threads of a run share; it can be cloned. */
export interface WorkerSetup {
  readonly configuration: Configuration;
  readonly machine: MachineHandle;
  /** Each worker's `WorkerBlock`. */
  readonly blocks: SharedArrayBuffer;
  /** The words of the barriers below. */
  readonly barriers: SharedArrayBuffer;
  /** The words of the `WarmupGate`. */
  readonly gate: SharedArrayBuffer;
  /** What the workload's workers share. */
  readonly shared: SharedArrayBuffer;
  /** Null where the oracle is off. */
  readonly oracle: OracleMemory | null;
  /** Names of the machine's locks; a lock's place in it is that of its words in `held`. */
  readonly lockNames: readonly string[];
  /** For the check that locks exclude; null where the oracle is off. */
  readonly held: SharedArrayBuffer | null;
  readonly statistics: LockStatisticsHandle;
}

/** Words of `barriers`, each on a line of its own. */
export const START_BARRIER = 0;
export const STEPPED_BARRIER = 32;
export const BARRIERS_BYTES = 64 * 4;
