import { availableParallelism } from 'node:os';
import type { Cell, Plan } from '../plan/plan.ts';

/** Threads of a scenario that says nothing. */
const THREADS = 2;

/** How many slices at the same time leave each thread a core: at least one. */
export function processesFor({ cells }: Plan, cores = availableParallelism()): number {
  const threads = Math.max(1, ...cells.map(threadsOf));
  return Math.max(1, Math.floor(cores / threads));
}

function threadsOf(cell: Cell): number {
  return cell.kind === 'run'
    ? (cell.options.workers ?? availableParallelism())
    : (cell.options.threads ?? THREADS);
}
