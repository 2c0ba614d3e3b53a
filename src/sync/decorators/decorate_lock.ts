import type { Lock } from '../lock.ts';
import { DelayedLock } from './delayed_lock.ts';
import { HeldLock } from './held_lock.ts';
import type { LockStatistics } from './lock_statistics.ts';

/** What to put around a lock; nothing of it is needed. */
export interface LockDecorations {
  /** Host memory and the word in it through which two holders at once are found; zeros at first. */
  held?: { words: Int32Array; at: number };
  /** Where its use is recorded: the lock's name must be described there. */
  statistics?: LockStatistics;
  /** Hold it longer, by so many nanoseconds. */
  delayNs?: number;
}

/**
 * Puts the decorators around one CPU's view of a lock in the order in which they mean something: the check of
 * mutual exclusion next to the lock, the statistics around both, and the delay outside, for the statistics
 * must see it as part of the hold.
 */
export function decorateLock(lock: Lock, cpu: number, decorations: LockDecorations): Lock {
  const { held, statistics, delayNs = 0 } = decorations;
  let decorated = lock;
  if (held) decorated = new HeldLock(decorated, held.words, held.at, cpu);
  if (statistics) decorated = statistics.instrument(decorated, cpu);
  if (delayNs > 0) decorated = new DelayedLock(decorated, delayNs, cpu);
  return decorated;
}
