import { assertFunction, assertObject, assertWhole, assertWords, shown } from '../../platform/arguments.ts';
import { LabError } from '../../platform/error.ts';
import type { Lock } from '../lock.ts';
import { DelayedLock } from './delayed_lock.ts';
import { HeldLock } from './held_lock.ts';
import { LockStatistics } from './lock_statistics.ts';

/** What to put around a lock; all of it is optional. */
export interface LockDecorations {
  /** Host memory and the word in it that shows two holders at once; zeros at first. */
  held?: { words: Int32Array; at: number };
  /** Where its use is recorded; must know a lock of this name. */
  statistics?: LockStatistics;
  /** Hold it this many nanoseconds longer. */
  delayNs?: number;
}

/** A second: if the lock were held longer, waits for it would time out. */
const DELAY_NS_MAX = 1e9;

/**
 * Puts the decorators around one CPU's view of a lock in the only useful order: the check of mutual exclusion next to
 * the lock, the statistics around both, and the delay outside, since the statistics must see it as part of the hold.
 *
 * @throws `InvalidArgs`
 */
export function decorateLock(lock: Lock, cpu: number, decorations: LockDecorations): Lock {
  assertObject(lock, 'lock to decorate');
  assertFunction(lock.tryAcquire, 'lock to decorate: its tryAcquire');
  assertWhole(cpu, 'CPU of a lock', 0);
  assertObject(decorations, 'decorations of a lock');
  const { held, statistics, delayNs = 0 } = decorations;
  if (held !== undefined) assertWords(held?.words, held?.at, 1, 'check of a held lock', false);
  if (statistics !== undefined && !(statistics instanceof LockStatistics)) {
    throw new LabError(
      'InvalidArgs',
      `statistics of a lock: must be a LockStatistics, is ${shown(statistics)}`,
    );
  }
  if (!(typeof delayNs === 'number' && delayNs >= 0 && delayNs <= DELAY_NS_MAX)) {
    throw new LabError('InvalidArgs', `delay of a lock ${shown(delayNs)}: must be 0 to ${DELAY_NS_MAX} ns`);
  }
  let decorated = lock;
  if (held) decorated = new HeldLock(decorated, held.words, held.at, cpu);
  if (statistics) decorated = statistics.instrument(decorated, cpu);
  if (delayNs > 0) decorated = new DelayedLock(decorated, delayNs, cpu);
  return decorated;
}
