/**
 * Sets of threads as the numbers that a user's strategy reads and writes: bit 2 set means that thread 2 is in it.
 */
import type { ActorSet } from '../../control/words/actor_set.ts';

/** With more threads than this a set is no number: `pick` is given 0, and `context.candidates` has them. */
export const MASK_THREADS = 31;

/** Number of threads in a set. */
export function count(set: number): number {
  let size = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) size++;
  return size;
}

/** The lowest thread of a set. */
export function lowest(set: number): number {
  return 31 - Math.clz32(set & -set);
}

/** The thread that stands `n`-th in a set, from 0. */
export function nth(set: number, n: number): number {
  for (; n > 0; n--) set &= set - 1;
  return lowest(set);
}

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
