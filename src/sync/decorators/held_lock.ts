import { LabError } from '../../platform/error.ts';
import { LINE_WORDS } from '../../platform/struct.ts';
import type { CallSite, Lock } from '../lock.ts';

/** Words of host memory that the check of one lock takes: a line of its own. */
export const HELD_WORDS = LINE_WORDS;

/**
 * Checks mutual exclusion: each holder claims a word outside the machine's RAM by compare-exchange; a second holder
 * finds it claimed.
 *
 * Only this check uses the word, so a lock that is broken, or whose memory was overwritten, is caught the first time
 * two CPUs hold it at once.
 */
export class HeldLock implements Lock {
  readonly kind: string;
  readonly name: string;
  private readonly inner: Lock;
  private readonly words: Int32Array;
  private readonly at: number;
  private readonly cpu: number;
  private readonly me: number;
  readonly recover?: () => boolean;

  /** @param words host memory, whose word `at` is this lock's; 0 while the lock is free */
  constructor(inner: Lock, words: Int32Array, at: number, cpu: number) {
    this.kind = inner.kind;
    this.name = inner.name;
    this.inner = inner;
    this.words = words;
    this.at = at;
    this.cpu = cpu;
    this.me = cpu + 1;
    if (inner.recover !== undefined) this.recover = () => this.reclaim();
  }

  get parks(): number {
    return this.inner.parks ?? 0;
  }

  tryAcquire(site?: CallSite): boolean {
    if (!this.inner.tryAcquire(site)) return false;
    this.claim();
    return true;
  }

  /** @throws `MutualExclusion` if another holds the lock at this moment */
  acquireSlow(site: CallSite): number {
    const spins = this.inner.acquireSlow(site);
    this.claim();
    return spins;
  }

  acquire(site: CallSite = 0): void {
    if (!this.tryAcquire(site)) this.acquireSlow(site);
  }

  /** @throws `MutualExclusion` if another has taken the lock while this CPU held it */
  release(): void {
    const found = Atomics.compareExchange(this.words, this.at, this.me, 0);
    // If this CPU never held it, the lock itself throws (`NotOwner`).
    this.inner.release();
    if (found !== this.me) throw this.violation(found - 1);
  }

  owner(): number {
    return this.inner.owner();
  }

  /** `recover`: the dead thread may not have claimed yet, or not any more, what it held. */
  private reclaim(): boolean {
    if (this.inner.recover?.() !== true) return false;
    Atomics.store(this.words, this.at, this.me);
    return true;
  }

  private claim(): void {
    const found = Atomics.compareExchange(this.words, this.at, 0, this.me);
    if (found !== 0) throw this.violation(found - 1);
  }

  private violation(other: number): LabError {
    const who = other < 0 ? 'another CPU, which has released it since,' : `CPU ${other}`;
    return new LabError(
      'MutualExclusion',
      `lock ${this.name} (${this.kind}): CPU ${this.cpu} and ${who} held it at once`,
    );
  }
}
