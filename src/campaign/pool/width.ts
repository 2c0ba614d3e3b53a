import { availableParallelism } from 'node:os';
import { allowedCores, canBind } from '../../platform/cores.ts';
import type { Cell, Plan } from '../plan/plan.ts';

/** Threads of a scenario that says nothing. */
const THREADS = 2;

/**
 * How many slices at the same time: as many as leave each thread a core. Where one slice alone has more threads than there are cores,
 * its threads take turns on one core, and there is a slice for each core.
 */
export function processesFor(plan: Plan, cores = availableParallelism()): number {
  const threads = threadsOf(plan);
  if (threads <= cores) return Math.floor(cores / threads);
  return plan.cells.some(isRun) ? 1 : cores;
}

/**
 * The cores to which so many processes are bound, in turn: where there are not enough for all threads, each process has one for itself, since to wake
 * a thread on another core costs more than to change threads on one. Null where each thread has a core, where real
 * threads are to run at the same time, or where the system cannot bind. @param can for tests
 */
export function coresToBind(
  plan: Plan,
  processes: number,
  cores = allowedCores(),
  can = canBind,
): readonly number[] | null {
  if (cores === null || plan.cells.some(isRun) || processes * threadsOf(plan) <= cores.length) return null;
  return can(cores) ? cores : null;
}

function threadsOf({ cells }: Plan): number {
  return Math.max(
    1,
    ...cells.map((cell) =>
      isRun(cell) ? (cell.options.workers ?? availableParallelism()) : (cell.options.threads ?? THREADS),
    ),
  );
}

function isRun(cell: Cell): cell is Extract<Cell, { kind: 'run' }> {
  return cell.kind === 'run';
}
