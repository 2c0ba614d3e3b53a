// What the planted locks are made of: a test-and-set lock in one word, which holds the owner's CPU + 1. Correct
// as it stands.

/** Looks between two at the stop word. */
const LOOKS_PER_CHECK = 64;
/** Looks after which a waiter lets others have the core: its holder may be preempted. */
const LOOKS_PER_NAP = 4096;

/** @implements {import('#src/sync/lock.js').Lock} */
export class SpinWord {
  /**
   * @param {string} kind
   * @param {import('#src/sync/lock.js').LockSite} site
   */
  constructor(kind, site) {
    this.kind = kind;
    this.name = site.name;
    this.words = site.words;
    this.at = site.base;
    this.me = site.cpu + 1;
    this.watch = site.watch;
  }

  /** @returns {boolean} */
  tryAcquire() {
    return Atomics.compareExchange(this.words, this.at, 0, this.me) === 0;
  }

  /** @param {number} _site */
  acquireSlow(_site) {
    let spins = 0;
    while (!this.tryAcquire()) {
      spins++;
      if (spins % LOOKS_PER_CHECK === 0) this.watch?.checkStop();
      if (spins % LOOKS_PER_NAP === 0) Atomics.wait(this.words, this.at, this.owner() + 1, 1);
    }
    return spins;
  }

  acquire(site = 0) {
    if (!this.tryAcquire()) this.acquireSlow(site);
  }

  release() {
    const found = Atomics.compareExchange(this.words, this.at, this.me, 0);
    if (found === this.me) return;
    const error = new Error(`lock ${this.name}: CPU ${this.me - 1} releases it, CPU ${found - 1} holds it`);
    throw Object.assign(error, { code: 'NotOwner' });
  }

  owner() {
    return Atomics.load(this.words, this.at) - 1;
  }
}
