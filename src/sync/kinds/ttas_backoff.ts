import { pause } from '../backoff.ts';
import type { CallSite, LockKind, LockSite } from '../lock.ts';
import { lockView } from '../lock_view.ts';
import { FREE, WordLock } from './word_lock.ts';

/** Pauses between two looks, at most: about 1.3 us. Longer ones leave the lock idle when two CPUs share it. */
const PAUSES_MAX = 32;

/** Looks before a waiter naps: fewer than without backoff, since each takes longer. */
const BACKOFF_LOOKS_BEFORE_NAP = 128;

/**
 * Test-and-test-and-set with bounded exponential backoff (Anderson, 1990): a waiter that looked in vain pauses twice as
 * long as before, so that the holder's release finds the line in its own cache.
 */
export const ttasBackoff: LockKind = {
  name: 'ttas-backoff',
  description: 'test-and-test-and-set with bounded exponential backoff',
  words: () => 1,
  create: (site) => lockView(ttasBackoff, site, TtasBackoffLock),
};

class TtasBackoffLock extends WordLock {
  constructor(site: LockSite) {
    super('ttas-backoff', site);
  }

  acquireSlow(_site: CallSite): number {
    const { words, at, me } = this;
    this.wait.begin();
    let pauses = 1;
    for (let spins = 0; ; ) {
      const seen = Atomics.load(words, at);
      if (seen === FREE && Atomics.compareExchange(words, at, FREE, me) === FREE) return spins;
      this.afterLook(seen, ++spins, BACKOFF_LOOKS_BEFORE_NAP);
      pause(pauses);
      if (pauses < PAUSES_MAX) pauses *= 2;
    }
  }
}
