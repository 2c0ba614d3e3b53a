import { nowNs } from '../platform/clock.ts';
import type { Histogram } from '../platform/histogram.ts';
import { struct } from '../platform/struct.ts';
import type { CallSite, Lock } from './lock.ts';

/**
 * What one CPU counts for one lock and call site, in doubles: a word would overflow within a minute. Only that
 * CPU writes them, with plain stores.
 */
export const SITE = struct({
  acquisitions: 1,
  contended: 1,
  spins: 1,
  parks: 1,
  abandoned: 1,
  handOvers: 1,
});

/** Where one CPU records its use of one lock, and what of it. */
export interface LockRecord {
  readonly cpu: number;
  /** Whether contended acquisitions are timed. */
  readonly timesWaits: boolean;
  /** One in so many holds is timed; 0 for none. */
  readonly holdSampling: number;
  /** One word: who took the lock last, as CPU + 1. */
  readonly lastOwner: Int32Array;
  /** Nanoseconds waited, by the CPU that was waited for. */
  readonly waited: Float64Array;
  /** By call site: the fields of `SITE`. */
  readonly counts: readonly Float64Array[];
  readonly waits: readonly Histogram[];
  readonly holds: readonly Histogram[];
}

/**
 * Records the use of another lock at little cost to it: while the lock is held, what is to be recorded stays
 * in this object; it is written after the release, by plain stores into the CPU's own lines. Only acquisitions
 * that have to wait read the clock, and one hold in 64.
 *
 * Made by `LockStatistics.instrument`.
 */
export class InstrumentedLock implements Lock {
  readonly kind: string;
  readonly name: string;
  private readonly inner: Lock;
  private readonly record: LockRecord;
  private readonly lastOwner: Int32Array;
  private readonly me: number;
  private readonly lastSite: number;
  /** Holds until the next one that is timed; 0 where none is. */
  private untilTimedHold: number;

  // About the acquisition that holds the lock now.
  private site = 0;
  private before = 0;
  private spins = -1;
  private slept = 0;
  private waitNs = 0;
  private waitedFor = -1;
  private heldSinceNs = -1;

  constructor(inner: Lock, record: LockRecord) {
    this.kind = inner.kind;
    this.name = inner.name;
    this.inner = inner;
    this.record = record;
    this.lastOwner = record.lastOwner;
    this.me = record.cpu + 1;
    this.lastSite = record.counts.length - 1;
    // The first hold is timed, so that a lock that is seldom taken has a figure too.
    this.untilTimedHold = record.holdSampling > 0 ? 1 : 0;
  }

  get parks(): number {
    return this.inner.parks ?? 0;
  }

  tryAcquire(site: CallSite = 0): boolean {
    if (!this.inner.tryAcquire(site)) return false;
    this.taken(site);
    return true;
  }

  acquire(site: CallSite = 0): void {
    if (this.inner.tryAcquire(site)) this.taken(site);
    else this.acquireSlow(site);
  }

  acquireSlow(site: CallSite): number {
    const owner = this.inner.owner();
    const startNs = this.record.timesWaits ? nowNs() : 0;
    let spins: number;
    try {
      spins = this.inner.acquireSlow(site);
    } catch (error) {
      this.record.counts[this.known(site)][SITE.abandoned]++;
      throw error;
    }
    this.waitNs = this.record.timesWaits ? nowNs() - startNs : 0;
    this.spins = spins;
    this.slept = this.inner.parks ?? 0;
    this.waitedFor = owner;
    this.taken(site);
    return spins;
  }

  release(): void {
    const heldNs = this.heldSinceNs < 0 ? -1 : nowNs() - this.heldSinceNs;
    this.inner.release();
    const site = this.site;
    const counts = this.record.counts[site];
    counts[SITE.acquisitions]++;
    if (this.before !== this.me && this.before !== 0) counts[SITE.handOvers]++;
    if (this.spins >= 0) this.recordWait(counts, site);
    if (heldNs >= 0) {
      this.record.holds[site].record(heldNs);
      this.heldSinceNs = -1;
    }
  }

  owner(): number {
    return this.inner.owner();
  }

  private taken(site: CallSite): void {
    this.site = this.known(site);
    // The lock orders these plain accesses; the write is left out while the lock stays with one CPU.
    this.before = this.lastOwner[0];
    if (this.before !== this.me) this.lastOwner[0] = this.me;
    if (this.untilTimedHold > 0 && --this.untilTimedHold === 0) {
      this.untilTimedHold = this.record.holdSampling;
      this.heldSinceNs = nowNs();
    }
  }

  private recordWait(counts: Float64Array, site: number): void {
    counts[SITE.contended]++;
    counts[SITE.spins] += this.spins;
    counts[SITE.parks] += this.slept;
    this.spins = -1;
    if (!this.record.timesWaits) return;
    this.record.waits[site].record(this.waitNs);
    // Where the lock was between two owners when the wait began, the wait was for whoever had it last.
    const holder = this.waitedFor >= 0 ? this.waitedFor : this.before - 1;
    if (holder >= 0 && holder !== this.me - 1) this.record.waited[holder] += this.waitNs;
  }

  private known(site: CallSite): number {
    return site < this.lastSite ? site : this.lastSite;
  }
}
