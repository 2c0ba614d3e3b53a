import { LOOKS_BEFORE_NAP } from '../bounded_wait.ts';
import type { CallSite, LockKind, LockSite } from '../lock.ts';
import { lockView } from '../lock_view.ts';
import { FREE, WordLock } from './word_lock.ts';

/**
 * Test-and-set: every look tries to take the lock, so waiters pull its cache line away from the holder. The
 * baseline that every other algorithm is measured against.
 */
export const tas: LockKind = {
  name: 'tas',
  description: 'test-and-set: waiters try to take the lock at every look',
  words: () => 1,
  create: (site) => lockView(tas, site, TasLock),
};

class TasLock extends WordLock {
  constructor(site: LockSite) {
    super('tas', site);
  }

  acquireSlow(_site: CallSite): number {
    const { words, at, me } = this;
    this.wait.begin();
    for (let spins = 0; ; ) {
      const seen = Atomics.compareExchange(words, at, FREE, me);
      if (seen === FREE) return spins;
      this.afterLook(seen, ++spins, LOOKS_BEFORE_NAP);
    }
  }
}
