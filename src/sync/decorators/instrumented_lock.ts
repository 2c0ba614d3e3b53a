import { nowNs } from '../../platform/clock.ts';
import type { Histogram } from '../../platform/histogram.ts';
import { struct } from '../../platform/struct.ts';
import type { CallSite, Lock } from '../lock.ts';

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
  /** One in so many waits that were short (fewer than `SHORT_WAIT_LOOKS`) is timed. */
  readonly shortWaitSampling: number;
  /** One in so many holds is timed; 0 for none. */
  readonly holdSampling: number;
  /** One word: who took the lock last, as CPU + 1. */
  readonly lastOwner: Int32Array;
  /** Nanoseconds waited, by the CPU that was waited for. */
  readonly waited: Float64Array;
  /** The fields of `SITE` for each call site, `siteStride` doubles apart. */
  readonly counts: Float64Array;
  readonly siteStride: number;
  /** By call site. */
  readonly waits: readonly Histogram[];
  readonly holds: readonly Histogram[];
}

/**
 * A wait of fewer looks took about as long as reading the clock. To read it at the end of each, with the lock
 * held, would make everybody's critical section longer by more than the section itself.
 */
export const SHORT_WAIT_LOOKS = 32;

// What there is to record of the acquisition that holds the lock, beside that it was one.
const HANDED_OVER = 1;
const WAITED = 2;
const TIMED = 4;

const NEVER = 0x3fff_ffff;

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
  private readonly counts: Float64Array;
  private readonly siteStride: number;
  private readonly me: number;
  private readonly lastSite: number;
  private untilTimedHold: number;
  private untilTimedShortWait = 1;
  /** What stands for short waits that are not timed: the last one that was. */
  private shortWaitNs = 0;

  // About the acquisition that holds the lock now.
  private site = 0;
  private noted = 0;
  private before = 0;
  private spins = 0;
  private slept = 0;
  private waitNs = 0;
  private waitedFor = -1;
  private heldSinceNs = 0;

  constructor(inner: Lock, record: LockRecord) {
    this.kind = inner.kind;
    this.name = inner.name;
    this.inner = inner;
    this.record = record;
    this.lastOwner = record.lastOwner;
    this.counts = record.counts;
    this.siteStride = record.siteStride;
    this.me = record.cpu + 1;
    this.lastSite = record.waits.length - 1;
    // The first hold is timed, so that a lock that is seldom taken has a figure too.
    this.untilTimedHold = record.holdSampling > 0 ? 1 : NEVER;
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
    const { inner, record } = this;
    const owner = inner.owner();
    const startNs = record.timesWaits ? nowNs() : 0;
    let spins: number;
    try {
      spins = inner.acquireSlow(site);
    } catch (error) {
      this.counts[this.known(site) * this.siteStride + SITE.abandoned]++;
      throw error;
    }
    if (record.timesWaits) this.waitNs = this.endOfWait(startNs, spins);
    this.spins = spins;
    this.slept = inner.parks ?? 0;
    this.waitedFor = owner;
    this.noted = WAITED;
    this.taken(site);
    return spins;
  }

  release(): void {
    if (this.noted !== 0) {
      this.releaseNoted();
      return;
    }
    this.inner.release();
    this.counts[this.site * this.siteStride + SITE.acquisitions]++;
  }

  owner(): number {
    return this.inner.owner();
  }

  private taken(site: CallSite): void {
    this.site = this.known(site);
    // The lock orders these plain accesses; the write is left out while the lock stays with one CPU.
    const before = this.lastOwner[0];
    if (before !== this.me) this.takenOver(before);
    if (--this.untilTimedHold === 0) this.timeHold();
  }

  private takenOver(before: number): void {
    this.before = before;
    this.lastOwner[0] = this.me;
    if (before !== 0) this.noted |= HANDED_OVER;
  }

  private timeHold(): void {
    const sampling = this.record.holdSampling;
    this.untilTimedHold = sampling > 0 ? sampling : NEVER;
    if (sampling === 0) return;
    this.noted |= TIMED;
    this.heldSinceNs = nowNs();
  }

  private endOfWait(startNs: number, spins: number): number {
    if (spins >= SHORT_WAIT_LOOKS) return nowNs() - startNs;
    if (--this.untilTimedShortWait === 0) {
      this.untilTimedShortWait = this.record.shortWaitSampling;
      this.shortWaitNs = nowNs() - startNs;
    }
    return this.shortWaitNs;
  }

  private releaseNoted(): void {
    const { noted, record, site } = this;
    const heldNs = (noted & TIMED) !== 0 ? nowNs() - this.heldSinceNs : 0;
    this.inner.release();
    this.noted = 0;
    const at = site * this.siteStride;
    this.counts[at + SITE.acquisitions]++;
    if ((noted & HANDED_OVER) !== 0) this.counts[at + SITE.handOvers]++;
    if ((noted & TIMED) !== 0) record.holds[site].record(heldNs);
    if ((noted & WAITED) !== 0) this.recordWait(at, site, (noted & HANDED_OVER) !== 0);
  }

  private recordWait(at: number, site: number, handedOver: boolean): void {
    const { counts, record } = this;
    counts[at + SITE.contended]++;
    counts[at + SITE.spins] += this.spins;
    counts[at + SITE.parks] += this.slept;
    if (!record.timesWaits) return;
    record.waits[site].record(this.waitNs);
    // Where the lock was between two owners when the wait began, the wait was for whoever had it last.
    const holder = this.waitedFor >= 0 ? this.waitedFor : handedOver ? this.before - 1 : -1;
    if (holder >= 0 && holder !== this.me - 1) record.waited[holder] += this.waitNs;
  }

  private known(site: CallSite): number {
    return site < this.lastSite ? site : this.lastSite;
  }
}
