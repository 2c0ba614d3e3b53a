import type { WorkloadParam } from './workload.ts';

// Parameters that several workloads have, so that each means the same everywhere.

/**
 * Frames that each worker may hold. The usual 4,096 are about what a CPU's caches and pools can hold, so that both they
 * and the way past them are used.
 */
export function live(usual: number): WorkloadParam {
  return {
    description: 'frames that a worker holds at most; all together hold at most a quarter of the memory',
    least: 1,
    most: 2 ** 24,
    default: usual,
  };
}

/** Percent of the allocations that ask for zeros. */
export function zeroed(usual: number): WorkloadParam {
  return {
    description: 'percent of the allocations that ask for zeroed memory',
    least: 0,
    most: 100,
    default: usual,
  };
}

/** One allocation in so many asks for an alignment. */
export function aligned(usual: number): WorkloadParam {
  return {
    description: 'one allocation in so many asks for an alignment',
    least: 1,
    most: 2 ** 30,
    default: usual,
  };
}
