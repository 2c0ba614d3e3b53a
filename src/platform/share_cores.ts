/** How processes that explore share the cores of a machine. */
import { availableParallelism, totalmem } from 'node:os';
import { allowedCores, canBind } from './cores.ts';

/** What a thread of an exploration takes: 14 MB on x64 with Node.js 20, more where the code under test is large. */
const THREAD_BYTES = 20e6;

/**
 * How many processes of so many threads there should be: as many as leave each thread a core. Where one has more threads than there
 * are cores, its threads take turns on one, and there is a process for each core. But no more than there is memory for.
 *
 * @param bytes of memory that there are for them
 */
export function processesThatFit(
  threads: number,
  cores = availableParallelism(),
  bytes = memoryLeft(),
): number {
  const byCores = threads <= cores ? Math.floor(cores / threads) : cores;
  return Math.max(1, Math.min(byCores, Math.floor(bytes / (threads * THREAD_BYTES))));
}

/** Linux tells what can still be had, in a container, too. What other systems call free is only what is of no use to anybody. */
function memoryLeft(): number {
  return process.platform === 'linux' ? process.availableMemory() : totalmem();
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
