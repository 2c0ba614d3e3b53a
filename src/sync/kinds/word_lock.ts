import { BoundedWait, LOOKS_PER_CHECK } from '../bounded_wait.ts';
import type { CallSite, Lock, LockSite } from '../lock.ts';
import { notOwner, relock } from '../lock_error.ts';

/** The lock word of a free lock; otherwise it is the owner's CPU + 1. */
export const FREE = 0;

/**
 * The base of all locks whose whole state is one word, free or owned: they differ only in how they wait.
 *
 * The owner enters the word in the very compare-exchange that takes the lock and leaves it in the one that
 * releases it, so a thread that dies at any point either holds the lock by name or does not hold it.
 */
export abstract class WordLock implements Lock {
  readonly kind: string;
  readonly name: string;
  protected readonly words: Int32Array;
  protected readonly at: number;
  protected readonly cpu: number;
  /** What this CPU writes into the lock word. */
  protected readonly me: number;
  protected readonly wait: BoundedWait;

  constructor(kind: string, site: LockSite) {
    this.kind = kind;
    this.name = site.name;
    this.words = site.words;
    this.at = site.base;
    this.cpu = site.cpu;
    this.me = site.cpu + 1;
    this.wait = new BoundedWait(kind, site);
  }

  get parks(): number {
    return this.wait.naps;
  }

  tryAcquire(): boolean {
    const found = Atomics.compareExchange(this.words, this.at, FREE, this.me);
    if (found === FREE) return true;
    if (found === this.me) throw relock(this, this.cpu);
    return false;
  }

  abstract acquireSlow(site: CallSite): number;

  acquire(site: CallSite = 0): void {
    if (!this.tryAcquire()) this.acquireSlow(site);
  }

  release(): void {
    // A compare-exchange costs what a store does and finds a wrong caller in the same step.
    const found = Atomics.compareExchange(this.words, this.at, this.me, FREE);
    if (found !== this.me) throw notOwner(this, this.cpu, found - 1);
  }

  owner(): number {
    return Atomics.load(this.words, this.at) - 1;
  }

  recover(): boolean {
    return this.owner() === this.cpu;
  }

  /**
   * Call it after every fruitless look: now and then it checks whether waiting may go on, and less often it naps.
   *
   * @param seen the lock word as just seen
   * @param spins fruitless looks so far
   * @param looksBeforeNap a multiple of `LOOKS_PER_CHECK`
   */
  protected afterLook(seen: number, spins: number, looksBeforeNap: number): void {
    if (spins % LOOKS_PER_CHECK !== 0) return;
    if (seen === this.me) throw relock(this, this.cpu);
    if (this.wait.check(seen - 1) && Atomics.load(this.words, this.at) === seen) {
      throw this.wait.deadOwner(seen - 1);
    }
    if (spins % looksBeforeNap === 0) this.wait.nap(this.words, this.at, seen);
  }
}
