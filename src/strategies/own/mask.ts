/**
 * Sets of threads as the numbers that a user's strategy reads and writes: bit 2 set means that thread 2 is in it.
 */
import type { ActorSet } from '../../control/words/actor_set.ts';
import { bitsOf, lowestOf, nthOf } from '../../control/words/bits.ts';

/** With more threads than this a set is no number: `pick` is given 0, and `context.candidates` has them. */
export const MASK_THREADS = 31;

/** Number of threads in a set. */
export const count: (set: number) => number = bitsOf;

/** The lowest thread of a set. */
export const lowest: (set: number) => number = lowestOf;

/** The thread that stands `n`-th in a set, from 0. */
export const nth: (set: number, n: number) => number = nthOf;

/** What `pick` is given for a set, with so many threads. */
export function maskOf(set: ActorSet, threads: number): number {
  if (threads > MASK_THREADS) return 0;
  let mask = 0;
  for (let thread = set.first(); thread >= 0; thread = set.after(thread)) mask |= 1 << thread;
  return mask;
}

/** The set that a number stands for, in `into`; 0, which is no candidate, stands for all candidates. */
export function readMask(mask: number, candidates: ActorSet, into: ActorSet): ActorSet {
  if (mask === 0) return into.copy(candidates);
  into.clear();
  for (let rest = mask; rest !== 0; rest &= rest - 1) into.add(lowest(rest));
  return into;
}
