import { pause } from '../backoff.ts';
import { BoundedWait, LOOKS_PER_CHECK } from '../bounded_wait.ts';
import type { CallSite, Lock, LockKind, LockSite } from '../lock.ts';
import { notOwner, relock } from '../lock_error.ts';
import { lockView } from '../lock_view.ts';

/** The lock word: 0 where free, otherwise the owner's CPU + 1, with this bit set if a waiter may be parked. */
const PARKED = 0x4000_0000;
const FREE = 0;

/**
 * Looks between two parkings, with backoff between them: about the 50 us of a park and an unpark, after
 * which spinning has cost as much as parking would have (Karlin et al., 1991: at most twice the optimum).
 */
const LOOKS_BEFORE_PARK = 64;
const PAUSES_MAX = 16;

/** A parked waiter wakes this often by itself: for a stop, a dead owner, a wake-up lost by a death. */
const PARK_MS = 10;

/**
 * Spin, then park: a mutex on `Atomics.wait` and `Atomics.notify` after Drepper, "Futexes are tricky" (2011),
 * mutex 3, with the owner in the word.
 *
 * A release is one compare-exchange unless the word says that a waiter may be parked. Crash points: the owner
 * enters and leaves the word as in any one-word lock; a releaser that dies between freeing the word and waking
 * a waiter, and a waiter that dies woken, both cost the next parked waiter at most `PARK_MS`.
 */
export const park: LockKind = {
  name: 'park',
  description: 'spin, then park: a futex mutex on Atomics.wait and Atomics.notify',
  words: () => 1,
  create: (site) => lockView(park, site, ParkLock),
};

class ParkLock implements Lock {
  readonly kind = 'park';
  readonly name: string;
  private readonly words: Int32Array;
  private readonly at: number;
  private readonly cpu: number;
  private readonly me: number;
  private readonly wait: BoundedWait;

  constructor(site: LockSite) {
    this.name = site.name;
    this.words = site.words;
    this.at = site.base;
    this.cpu = site.cpu;
    this.me = site.cpu + 1;
    this.wait = new BoundedWait('park', site);
  }

  get parks(): number {
    return this.wait.naps;
  }

  tryAcquire(): boolean {
    const found = Atomics.compareExchange(this.words, this.at, FREE, this.me);
    if (found === FREE) return true;
    if ((found & ~PARKED) === this.me) throw relock(this, this.cpu);
    return false;
  }

  acquire(site: CallSite = 0): void {
    if (!this.tryAcquire()) this.acquireSlow(site);
  }

  acquireSlow(_site: CallSite): number {
    this.wait.begin();
    try {
      return this.spinThenPark();
    } catch (error) {
      // This CPU may have been woken to take the lock: it passes the wake-up to another.
      Atomics.notify(this.words, this.at, 1);
      throw error;
    }
  }

  release(): void {
    const { words, at, me } = this;
    const found = Atomics.compareExchange(words, at, me, FREE);
    if (found === me) return;
    if (found !== (me | PARKED)) throw notOwner(this, this.cpu, (found & ~PARKED) - 1);
    // Once the bit is set, only the owner changes the word.
    Atomics.store(words, at, FREE);
    Atomics.notify(words, at, 1);
  }

  owner(): number {
    return (Atomics.load(this.words, this.at) & ~PARKED) - 1;
  }

  recover(): boolean {
    return this.owner() === this.cpu;
  }

  private spinThenPark(): number {
    const { words, at, wait } = this;
    // A waiter that was parked cannot know whether others still are, so it takes the lock with the bit set.
    let taken = this.me;
    let pauses = 1;
    for (let spins = 0; ; ) {
      const seen = Atomics.load(words, at);
      if (seen === FREE && Atomics.compareExchange(words, at, FREE, taken) === FREE) return spins;
      spins++;
      if (spins % LOOKS_PER_CHECK === 0) this.checkWait(seen);
      if (spins % LOOKS_BEFORE_PARK !== 0) {
        pause(pauses);
        if (pauses < PAUSES_MAX) pauses *= 2;
      } else if (seen !== FREE) {
        const parked = seen | PARKED;
        if (seen === parked || Atomics.compareExchange(words, at, seen, parked) === seen) {
          wait.park(words, at, parked, PARK_MS);
          taken = this.me | PARKED;
          pauses = 1;
        }
      }
    }
  }

  private checkWait(seen: number): void {
    const owner = (seen & ~PARKED) - 1;
    if (owner === this.cpu) throw relock(this, this.cpu);
    if (this.wait.check(owner) && this.owner() === owner) throw this.wait.deadOwner(owner);
  }
}
