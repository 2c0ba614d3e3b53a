import type { Program } from '../programs/registry.ts';
import type { SearchEffort } from './search_program.ts';

/** Beyond this many threads a program is run less, for each schedule takes longer: more steps, and more for each. */
const THREADS_FEW = 16;
/** Up to so many threads programs are part of what is quick. */
export const THREADS_QUICK = 32;

export const LESS_WITH_THREADS =
  `Programs of more than ${THREADS_FEW} threads are run less: seeds by ${THREADS_FEW}/threads, and schedules of strategies that are ` +
  'not judged, and without the bug, by the square of that.';

/** So much of the schedules of a small program. */
export function shareOf({ threads = 0 }: Program): number {
  return Math.min(1, THREADS_FEW / threads) ** 2;
}

/** How a program is searched, where nothing else was asked for. */
export function effortFor(program: Program, effort: SearchEffort): SearchEffort {
  const share = shareOf(program);
  if (share === 1) return effort;
  return {
    ...effort,
    seeds: Math.ceil(effort.seeds * Math.sqrt(share)),
    othersCap: Math.ceil(effort.othersCap * share),
    othersBudget: Math.ceil(Math.min(effort.othersBudget, effort.othersCap) * share),
  };
}
