import { nowNs } from '../../platform/clock.ts';
import type { Histogram } from '../../platform/histogram.ts';
import { Jitter } from '../../platform/jitter.ts';
import { struct } from '../../platform/struct.ts';
import type { CallSite, Lock } from '../lock.ts';

/**
 * What one CPU counts for one lock and call site, in doubles: a word would overflow within a minute. Only that
 * CPU writes them, with plain stores.
 */
export const SITE = struct({
  /** Acquisitions up to the last one that was carried over from the word that counts them. */
  carried: 1,
  contended: 1,
  spins: 1,
  parks: 1,
  abandoned: 1,
  handOvers: 1,
  /** What all holds up to the last timed one took: each timed one, times the acquisitions that it stands for. */
  heldNs: 1,
});

/** Where one CPU records its use of one lock, and which parts. */
export interface LockRecord {
  readonly cpu: number;
  /** Whether contended acquisitions are timed. */
  readonly timesWaits: boolean;
  /** One in this many short waits (fewer than `SHORT_WAIT_LOOKS`) is timed. */
  readonly shortWaitSampling: number;
  /** In the long run, one in this many holds is timed, on average; 0 if none is. */
  readonly holdSamplingMax: number;
  /** One word: who took the lock last, as CPU + 1. */
  readonly lastOwner: Int32Array;
  /** Nanoseconds waited, by the CPU that was waited for. */
  readonly waited: Float64Array;
  /** By call site: acquisitions since the last one that was carried over into `SITE.carried`. */
  readonly recent: Int32Array;
  /** The fields of `SITE` for each call site, `siteStride` doubles apart. */
  readonly counts: Float64Array;
  readonly siteStride: number;
  /** By call site. */
  readonly waits: readonly Histogram[];
  readonly holds: readonly Histogram[];
}

/**
 * A wait of fewer looks took about as long as reading the clock. Reading it at the end of each, with the lock held,
 * would more than double every critical section.
 */
const SHORT_WAIT_LOOKS = 32;

// What to record about the acquisition that holds the lock, beside the count.
const HANDED_OVER = 1;
const WAITED = 2;
const TIMED = 4;

/** Acquisitions after which a count is carried over if no hold is timed: long before a word overflows. */
const CARRY = 0x1000_0000;

/** The interval between timed holds grows to one in so many of those before it, up to its maximum. */
const TIMED_SHARE = 64;

/**
 * Records the use of another lock at little cost to it. An acquisition that did not wait, and follows one of the
 * same CPU, is one plain increment and nothing at the release. Everything else stays in this object while the lock is
 * held, and is written after the release by plain stores into the CPU's own lines.
 *
 * Only acquisitions that have to wait read the clock, and some holds: each of the first ones, then fewer and fewer,
 * so that a rarely taken lock has figures too, and one that is taken all the time pays almost nothing for them.
 *
 * Made by `LockStatistics.instrument`.
 */
export class InstrumentedLock implements Lock {
  readonly kind: string;
  readonly name: string;
  private readonly inner: Lock;
  readonly recover?: () => boolean;
  private readonly record: LockRecord;
  private readonly lastOwner: Int32Array;
  private readonly recent: Int32Array;
  /** By call site: the value of `recent` at which it is carried over and, under sampling, a hold is timed. */
  private readonly limits: Int32Array;
  private readonly me: number;
  private readonly lastSite: number;
  private readonly jitter: Jitter;
  private untilTimedShortWait = 1;
  /** The last short wait that was timed: it stands for those that are not. */
  private shortWaitNs = 0;

  // About the acquisition that holds the lock now, if it is to be recorded.
  private noted = 0;
  private site = 0;
  private before = 0;
  private spins = 0;
  private slept = 0;
  private waitNs = 0;
  private waitedFor = -1;
  private heldSinceNs = 0;
  private standsFor = 0;

  constructor(inner: Lock, record: LockRecord) {
    this.kind = inner.kind;
    this.name = inner.name;
    this.inner = inner;
    this.recover = inner.recover?.bind(inner);
    this.record = record;
    this.lastOwner = record.lastOwner;
    this.recent = record.recent;
    this.me = record.cpu + 1;
    this.lastSite = record.waits.length - 1;
    // Counts outlive a view: the next view of the same CPU goes on from them, and times its first hold.
    this.limits = record.recent.map((count) => (record.holdSamplingMax > 0 ? count + 1 : CARRY));
    this.jitter = new Jitter(record.cpu);
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
      record.counts[this.known(site) * record.siteStride + SITE.abandoned]++;
      throw error;
    }
    if (record.timesWaits) this.waitNs = this.endOfWait(startNs, spins);
    this.spins = spins;
    this.slept = inner.parks ?? 0;
    this.waitedFor = owner;
    this.site = this.known(site);
    this.noted = WAITED;
    this.taken(site);
    return spins;
  }

  release(): void {
    if (this.noted === 0) this.inner.release();
    else this.releaseNoted();
  }

  owner(): number {
    return this.inner.owner();
  }

  private taken(site: CallSite): void {
    const { recent, lastSite } = this;
    // An unknown site counts as the last one: it is too late to throw, since the lock is held.
    const known = typeof site === 'number' && site >>> 0 === site && site < lastSite ? site : lastSite;
    const count = recent[known] + 1;
    recent[known] = count;
    // The lock orders this plain access; the word is left alone while the lock stays with one CPU.
    if (count >= this.limits[known] || this.lastOwner[0] !== this.me) this.takenNoted(known, count);
  }

  private takenNoted(site: number, count: number): void {
    this.site = site;
    const before = this.lastOwner[0];
    if (before !== this.me) {
      this.before = before;
      this.lastOwner[0] = this.me;
      if (before !== 0) this.noted |= HANDED_OVER;
    }
    if (count >= this.limits[site]) this.carry(site, count);
  }

  /** Carries the count over; if holds are timed, times this one, which stands for those since the last. */
  private carry(site: number, count: number): void {
    const { counts, siteStride, holdSamplingMax } = this.record;
    const at = site * siteStride + SITE.carried;
    counts[at] += count;
    this.recent[site] = 0;
    if (holdSamplingMax === 0) return;
    this.limits[site] = this.jitter.interval(
      Math.min(holdSamplingMax, 1 + Math.floor(counts[at] / TIMED_SHARE)),
    );
    this.standsFor = count;
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
    const { counts } = record;
    const heldNs = (noted & TIMED) !== 0 ? nowNs() - this.heldSinceNs : 0;
    this.inner.release();
    this.noted = 0;
    const at = site * record.siteStride;
    if ((noted & HANDED_OVER) !== 0) counts[at + SITE.handOvers]++;
    if ((noted & TIMED) !== 0) {
      record.holds[site].record(heldNs);
      counts[at + SITE.heldNs] += heldNs * this.standsFor;
    }
    if ((noted & WAITED) !== 0) this.recordWait(at, site, (noted & HANDED_OVER) !== 0);
  }

  private recordWait(at: number, site: number, handedOver: boolean): void {
    const { record } = this;
    const { counts } = record;
    counts[at + SITE.contended]++;
    counts[at + SITE.spins] += this.spins;
    counts[at + SITE.parks] += this.slept;
    if (!record.timesWaits) return;
    record.waits[site].record(this.waitNs);
    // If the lock was changing hands when the wait began, the wait counts for the last owner.
    const holder = this.waitedFor >= 0 ? this.waitedFor : handedOver ? this.before - 1 : -1;
    if (holder >= 0 && holder !== this.me - 1) record.waited[holder] += this.waitNs;
  }

  private known(site: CallSite): number {
    return typeof site === 'number' && site >>> 0 === site && site < this.lastSite ? site : this.lastSite;
  }
}
