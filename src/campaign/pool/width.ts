import { availableParallelism } from 'node:os';
import { THREADS_USUAL } from '../../explore/scenario/session_options.ts';
import * as share from '../../platform/share_cores.ts';
import type { Cell, Plan } from '../plan/plan.ts';

/** How many slices at the same time: see `processesThatFit`. Runs of more threads than there are cores are one at a time. */
export function processesFor(plan: Plan, cores = availableParallelism()): number {
  const threads = threadsOf(plan);
  return threads > cores && plan.cells.some(isRun) ? 1 : share.processesThatFit(threads, cores);
}

/** The cores to which so many processes are bound; null where they are not, or where real threads are to run at the same time. */
export function coresToBind(
  plan: Plan,
  processes: number,
  ...system: [cores?: readonly number[] | null, can?: () => boolean]
): readonly number[] | null {
  return plan.cells.some(isRun) ? null : share.coresToBind(processes, threadsOf(plan), ...system);
}

function threadsOf({ cells }: Plan): number {
  return Math.max(
    1,
    ...cells.map((cell) =>
      isRun(cell)
        ? (cell.options.workers ?? availableParallelism())
        : (cell.options.threads ?? THREADS_USUAL),
    ),
  );
}

function isRun(cell: Cell): cell is Extract<Cell, { kind: 'run' }> {
  return cell.kind === 'run';
}
