import { assertInstance, assertObject, assertString, assertWhole, shown } from '../../platform/arguments.ts';
import { LabError } from '../../platform/error.ts';
import { HISTOGRAM_WORDS, Histogram } from '../../platform/histogram.ts';
import { LINE_WORDS, struct, wholeLines } from '../../platform/struct.ts';
import type { Lock } from '../lock.ts';
import { InstrumentedLock, SITE } from './instrumented_lock.ts';
import {
  type ContentionFigures,
  type LockFigures,
  STATISTICS_LEVELS,
  type StatisticsLevel,
  type TimeFigures,
} from './lock_figures.ts';

/** One lock whose use is to be recorded. */
export interface LockDescription {
  name: string;
  kind: string;
  /** Names of its call sites; a `CallSite` is an index into them. Larger ones count as the last. */
  sites: readonly string[];
}

export interface LockStatisticsShape {
  locks: readonly LockDescription[];
  cpus: number;
  level: StatisticsLevel;
}

/** What a worker needs to attach: cloneable. */
export interface LockStatisticsHandle extends LockStatisticsShape {
  buffer: SharedArrayBuffer;
}

/** Shared by a lock's CPUs: who took it last, as CPU + 1; written by the holder only. */
const LOCK_HEADER = struct({ lastOwner: LINE_WORDS });

/** One CPU's part for one call site: its counts, then its two histograms. */
const SITE_COUNTS_WORDS = wholeLines(SITE.WORDS * 2);
const SITE_WORDS = SITE_COUNTS_WORDS + 2 * HISTOGRAM_WORDS;

/**
 * Under `sampled`, one hold in this many is timed in the long run: reading the clock twice costs several times an
 * uncontended acquisition. The first 64 at a call site are all timed, then one in two, in three, ...
 */
const HOLD_SAMPLING_MAX = 2048;

/** Under `sampled`, one in this many waits is timed of those that take about as long as reading the clock. */
const SHORT_WAIT_SAMPLING = 8;

/**
 * The statistics of a machine's locks, in host memory outside its RAM: one block for each lock, CPU and call
 * site, written by that CPU alone and merged once the run is over.
 */
export class LockStatistics {
  readonly handle: LockStatisticsHandle;
  private readonly words: Int32Array;
  /** Word offset of each lock's part. */
  private readonly bases: number[];

  private constructor(handle: LockStatisticsHandle) {
    this.handle = handle;
    this.words = new Int32Array(handle.buffer);
    this.bases = basesOf(handle);
  }

  /** Allocates the memory. @throws `InvalidArgs` if two locks have the same name, or a lock has no call site */
  static create(shape: LockStatisticsShape): LockStatistics {
    assertShape(shape);
    const names = new Set(shape.locks.map((lock) => lock.name));
    if (names.size !== shape.locks.length) throw new LabError('InvalidArgs', 'two locks have the same name');
    const siteless = shape.locks.find((lock) => lock.sites.length === 0);
    if (siteless) throw new LabError('InvalidArgs', `lock ${siteless.name} needs at least one call site`);
    const words = basesOf(shape).at(-1)!;
    const buffer = new SharedArrayBuffer(words * 4);
    return new LockStatistics({ ...shape, buffer });
  }

  /** The same statistics, in another thread. @throws `InvalidArgs` for anything but such a handle */
  static attach(handle: LockStatisticsHandle): LockStatistics {
    assertShape(handle);
    assertInstance(handle.buffer, SharedArrayBuffer, 'lock statistics: their memory');
    const bytes = basesOf(handle).at(-1)! * 4;
    if (handle.buffer.byteLength < bytes) {
      throw new LabError(
        'InvalidArgs',
        `lock statistics: their memory has ${handle.buffer.byteLength} bytes; they take ${bytes}`,
      );
    }
    return new LockStatistics(handle);
  }

  /**
   * A CPU's view of a lock that records its use; the lock itself at level `off`.
   *
   * @throws `InvalidArgs` if no lock of that name was described
   */
  instrument(lock: Lock, cpu: number): Lock {
    const { level, cpus } = this.handle;
    assertObject(lock, 'lock to instrument');
    const index = this.indexOf(lock.name);
    assertWhole(cpu, 'CPU that statistics are kept for', 0, cpus - 1);
    if (level === 'off') return lock;
    const base = this.bases[index];
    const { sites } = this.handle.locks[index];
    return new InstrumentedLock(lock, {
      cpu,
      timesWaits: level !== 'counts',
      holdSamplingMax: holdSamplingMax(level),
      lastOwner: this.words.subarray(base, base + 1),
      waited: this.waited(index, cpu),
      shortWaitSampling: level === 'full' ? 1 : SHORT_WAIT_SAMPLING,
      recent: this.recent(index, cpu),
      counts: new Float64Array(
        this.words.buffer,
        this.siteBase(index, cpu, 0) * 4,
        (sites.length * SITE_WORDS) / 2,
      ),
      siteStride: SITE_WORDS / 2,
      waits: sites.map((_, site) => this.waits(index, cpu, site)),
      holds: sites.map((_, site) => this.holds(index, cpu, site)),
    });
  }

  /**
   * Forgets what a CPU recorded so far. Only for that CPU itself, while it neither holds a lock nor waits for one.
   *
   * @throws `InvalidArgs`
   */
  reset(cpu: number): void {
    assertWhole(cpu, 'CPU that statistics are kept for', 0, this.handle.cpus - 1);
    this.bases.slice(0, -1).forEach((base, index) => {
      const words = cpuWords(this.handle, index);
      const start = base + LOCK_HEADER.WORDS + cpu * words;
      this.words.fill(0, start, start + words);
    });
  }

  /** All figures, lock by lock: exact once the CPUs that record have ended. */
  merge(): LockFigures[] {
    return this.handle.locks.map((lock, index) => this.mergeLock(lock, index));
  }

  /** Acquisitions so far, of all locks by all CPUs, and how many had to wait: cheap enough to ask while they run. */
  contention(): { acquisitions: number; contended: number } {
    let acquisitions = 0;
    let contended = 0;
    this.handle.locks.forEach((lock, index) => {
      for (let cpu = 0; cpu < this.handle.cpus; cpu++) {
        for (let site = 0; site < lock.sites.length; site++) {
          const counts = this.counts(index, cpu, site);
          acquisitions += counts[SITE.carried] + this.recent(index, cpu)[site];
          contended += counts[SITE.contended];
        }
      }
    });
    return { acquisitions, contended };
  }

  /** What one CPU did with one lock from one call site; `merge` gives the sums. @throws `InvalidArgs` */
  cell(lockName: string, cpu: number, site: number): ContentionFigures {
    const index = this.indexOf(lockName);
    assertWhole(cpu, 'CPU that statistics are kept for', 0, this.handle.cpus - 1);
    assertWhole(site, 'call site', 0, this.handle.locks[index].sites.length - 1);
    return this.figures(index, [cpu], [site]);
  }

  private mergeLock(lock: LockDescription, index: number): LockFigures {
    const { level, cpus } = this.handle;
    const cpuIds = Array.from({ length: cpus }, (_, cpu) => cpu);
    const siteIds = lock.sites.map((_, site) => site);
    const byCpu = cpuIds.map((cpu) => this.figures(index, [cpu], siteIds));
    const total = this.figures(index, cpuIds, siteIds);
    const shares = byCpu.map((figures) => figures.acquisitions);
    return {
      name: lock.name,
      kind: lock.kind,
      level,
      holdSampling: total.hold.count === 0 ? 0 : total.acquisitions / total.hold.count,
      total,
      byCpu,
      bySite: lock.sites.map((site, id) => ({ site, figures: this.figures(index, cpuIds, [id]) })),
      waitedNs: cpuIds.map((holder) => cpuIds.map((waiter) => this.waited(index, waiter)[holder])),
      longestHold: this.longestHold(lock, index),
      fairness: jainIndex(shares),
    };
  }

  private figures(index: number, cpus: number[], sites: number[]): ContentionFigures {
    const counts = new Array<number>(SITE.WORDS).fill(0);
    const wait = new Histogram();
    const hold = new Histogram();
    let acquisitions = 0;
    for (const cpu of cpus) {
      for (const site of sites) {
        const block = this.counts(index, cpu, site);
        acquisitions += block[SITE.carried] + this.recent(index, cpu)[site];
        for (let field = 0; field < SITE.WORDS; field++) counts[field] += block[field];
        wait.merge(this.waits(index, cpu, site));
        hold.merge(this.holds(index, cpu, site));
      }
    }
    const contended = counts[SITE.contended];
    return {
      acquisitions,
      contended,
      missRatio: acquisitions === 0 ? 0 : contended / acquisitions,
      spins: counts[SITE.spins],
      parks: counts[SITE.parks],
      abandoned: counts[SITE.abandoned],
      handOvers: counts[SITE.handOvers],
      wait: timeFigures(wait),
      hold: timeFigures(hold),
      holdTotalNs:
        counts[SITE.carried] === 0 ? 0 : (counts[SITE.heldNs] / counts[SITE.carried]) * acquisitions,
    };
  }

  private longestHold(lock: LockDescription, index: number): LockFigures['longestHold'] {
    let longest: LockFigures['longestHold'] = null;
    for (let cpu = 0; cpu < this.handle.cpus; cpu++) {
      lock.sites.forEach((site, id) => {
        const ns = this.holds(index, cpu, id).max;
        if (ns > (longest?.ns ?? 0)) longest = { ns, cpu, site };
      });
    }
    return longest;
  }

  private indexOf(name: string): number {
    const { locks } = this.handle;
    const index = locks.findIndex((lock) => lock.name === name);
    if (index >= 0) return index;
    const names = locks.map((lock) => lock.name).join(', ');
    throw new LabError('InvalidArgs', `no statistics for a lock ${shown(name)}; there are ${names}`);
  }

  /** Nanoseconds that a CPU waited, by the CPU that it waited for. */
  private waited(index: number, cpu: number): Float64Array {
    const base = this.bases[index] + LOCK_HEADER.WORDS + cpu * cpuWords(this.handle, index);
    return new Float64Array(this.words.buffer, base * 4, this.handle.cpus);
  }

  /** By call site: acquisitions not carried over yet. */
  private recent(index: number, cpu: number): Int32Array {
    const { cpus, locks } = this.handle;
    const base =
      this.bases[index] + LOCK_HEADER.WORDS + cpu * cpuWords(this.handle, index) + waitedWords(cpus);
    return this.words.subarray(base, base + locks[index].sites.length);
  }

  private counts(index: number, cpu: number, site: number): Float64Array {
    return new Float64Array(this.words.buffer, this.siteBase(index, cpu, site) * 4, SITE.WORDS);
  }

  private waits(index: number, cpu: number, site: number): Histogram {
    return new Histogram(this.words, this.siteBase(index, cpu, site) + SITE_COUNTS_WORDS);
  }

  private holds(index: number, cpu: number, site: number): Histogram {
    return new Histogram(this.words, this.siteBase(index, cpu, site) + SITE_COUNTS_WORDS + HISTOGRAM_WORDS);
  }

  private siteBase(index: number, cpu: number, site: number): number {
    const cpuBase = this.bases[index] + LOCK_HEADER.WORDS + cpu * cpuWords(this.handle, index);
    const { cpus, locks } = this.handle;
    return cpuBase + waitedWords(cpus) + recentWords(locks[index]) + site * SITE_WORDS;
  }
}

/**
 * A lock's part: its header, then for each CPU the row of whom it waited for, its recent acquisitions by call site and
 * a block for each call site.
 */
function cpuWords(shape: LockStatisticsShape, index: number): number {
  const lock = shape.locks[index];
  return waitedWords(shape.cpus) + recentWords(lock) + lock.sites.length * SITE_WORDS;
}

function recentWords(lock: LockDescription): number {
  return wholeLines(lock.sites.length);
}

function waitedWords(cpus: number): number {
  return wholeLines(cpus * 2);
}

/** CPUs whose statistics one memory can hold. */
const CPUS_MAX = 2 ** 16;

function assertShape(shape: LockStatisticsShape): void {
  assertObject(shape, 'lock statistics');
  assertWhole(shape.cpus, 'lock statistics: CPUs', 1, CPUS_MAX);
  assertInstance(shape.locks, Array, 'lock statistics: locks');
  if (!STATISTICS_LEVELS.includes(shape.level)) {
    throw new LabError(
      'InvalidArgs',
      `lock statistics: level ${shown(shape.level)}; must be one of ${STATISTICS_LEVELS.join(', ')}`,
    );
  }
  for (const lock of shape.locks) {
    assertObject(lock, 'lock statistics: a lock');
    assertString(lock.name, 'lock statistics: name of a lock');
    assertInstance(lock.sites, Array, `lock statistics: call sites of ${lock.name}`);
  }
}

/** Where each lock's part begins, and where the last one ends. */
function basesOf(shape: LockStatisticsShape): number[] {
  const bases = [0];
  for (let index = 0; index < shape.locks.length; index++) {
    bases.push(bases[index] + LOCK_HEADER.WORDS + shape.cpus * cpuWords(shape, index));
  }
  return bases;
}

function holdSamplingMax(level: StatisticsLevel): number {
  if (level === 'full') return 1;
  return level === 'sampled' ? HOLD_SAMPLING_MAX : 0;
}

function timeFigures(histogram: Histogram): TimeFigures {
  return {
    count: histogram.count,
    totalNs: histogram.total,
    avgNs: histogram.mean,
    p50Ns: histogram.quantile(0.5),
    p99Ns: histogram.quantile(0.99),
    p999Ns: histogram.quantile(0.999),
    maxNs: histogram.max,
    histogram: histogram.nonEmpty(),
  };
}

/** Jain, Chiu and Hawe (1984); 1 if there are no acquisitions. */
function jainIndex(shares: number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share * share, 0);
  return squares === 0 ? 1 : (sum * sum) / (shares.length * squares);
}
