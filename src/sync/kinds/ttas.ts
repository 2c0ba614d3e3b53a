import { LOOKS_BEFORE_NAP } from '../bounded_wait.ts';
import type { CallSite, LockKind, LockSite } from '../lock.ts';
import { lockView } from '../lock_view.ts';
import { FREE, WordLock } from './word_lock.ts';

/**
 * Test-and-test-and-set: waits by reading, so that waiters share the lock's cache line until it is released,
 * and writes only when it saw the lock free (Rudolph and Segall, 1984).
 */
export const ttas: LockKind = {
  name: 'ttas',
  description: 'test-and-test-and-set: waiters read until the lock looks free',
  words: () => 1,
  create: (site) => lockView(ttas, site, TtasLock),
};

class TtasLock extends WordLock {
  constructor(site: LockSite) {
    super('ttas', site);
  }

  acquireSlow(_site: CallSite): number {
    const { words, at, me } = this;
    this.wait.begin();
    for (let spins = 0; ; ) {
      const seen = Atomics.load(words, at);
      if (seen === FREE && Atomics.compareExchange(words, at, FREE, me) === FREE) return spins;
      this.afterLook(seen, ++spins, LOOKS_BEFORE_NAP);
    }
  }
}
