/** How processes that explore share the cores of a machine. */
import { availableParallelism } from 'node:os';
import { allowedCores, canBind } from './cores.ts';

/**
 * How many processes of so many threads there should be: as many as leave each thread a core. Where one has more threads than there
 * are cores, its threads take turns on one, and there is a process for each core.
 */
export function processesThatFit(threads: number, cores = availableParallelism()): number {
  return threads <= cores ? Math.floor(cores / threads) : cores;
}

/**
 * The cores to which processes are bound, in turn, where not every thread has a core: to wake a thread on another core costs more than to change
 * threads on one. Null where each has one, and where the system cannot bind.
 *
 * @param threads of each process; @param can for tests
 */
export function coresToBind(
  processes: number,
  threads: number,
  cores = allowedCores(),
  can = canBind,
): readonly number[] | null {
  if (cores === null || processes * threads <= cores.length) return null;
  return can(cores) ? cores : null;
}
