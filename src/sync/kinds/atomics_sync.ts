import { createRequire } from 'node:module';
import { join } from 'node:path';
import { LabError } from '../../platform/error.ts';
import { struct } from '../../platform/struct.ts';
import { BoundedWait, LOOKS_BEFORE_NAP, LOOKS_PER_CHECK } from '../bounded_wait.ts';
import type { CallSite, Lock, LockKind, LockSite } from '../lock.ts';
import { notOwner, relock } from '../lock_error.ts';
import { lockView } from '../lock_view.ts';

const PACKAGE = 'atomics-sync';

/** What framelab uses of `atomics-sync` 1.x: static methods on two words, and thread ids that are not 0. */
interface AtomicsSyncLock {
  tryLock(lock: Int32Array, threadId: number): boolean;
  unlock(lock: Int32Array, threadId: number): void;
}
type AtomicsSync = Record<'SpinLock' | 'Mutex', AtomicsSyncLock>;

/** The package's own two words (state 0 or 1, owner's thread id), then an intent word for each CPU. */
const LAYOUT = struct({ state: 1, owner: 1, intents: 0 });
const LOCKED = 1;

/** Equal to nothing, not even itself. */
const TOUCHED = Number.NaN;

/** A sleeping waiter of a `Mutex` wakes this often, to see a stop or a dead owner. */
const PARK_MS = 5;

/** `SpinLock` of the package `atomics-sync`, wherever it is installed. */
export const atomicsSyncSpinlock: LockKind = {
  name: 'atomics-sync-spinlock',
  description: `SpinLock of the package ${PACKAGE} (optional)`,
  words: (cpus) => LAYOUT.intents + cpus,
  create: (site) => lockView(atomicsSyncSpinlock, site, AtomicsSyncSpinLock),
};

/** `Mutex` of the package `atomics-sync`, wherever it is installed. */
export const atomicsSyncMutex: LockKind = {
  name: 'atomics-sync-mutex',
  description: `Mutex of the package ${PACKAGE} (optional)`,
  words: (cpus) => LAYOUT.intents + cpus,
  create: (site) => lockView(atomicsSyncMutex, site, AtomicsSyncMutex),
};

/** True if the package can be loaded, from framelab's place or from the working directory. */
export function hasAtomicsSync(): boolean {
  return findAtomicsSync() !== undefined;
}

/** @throws `ModuleMissing` */
function loadAtomicsSync(kind: string): AtomicsSync {
  const found = findAtomicsSync();
  if (found !== undefined) return found;
  throw new LabError(
    'ModuleMissing',
    `lock kind ${kind} needs the package ${PACKAGE}, which is not installed: npm install ${PACKAGE}`,
  );
}

function findAtomicsSync(): AtomicsSync | undefined {
  for (const from of [import.meta.url, join(process.cwd(), 'package.json')]) {
    try {
      return createRequire(from)(PACKAGE) as AtomicsSync;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  return undefined;
}

/**
 * What the two have in common. The package's `lock` cannot be stopped, so its `tryLock` is repeated, waiting in between
 * as its `lock` does: not at all, or by `Atomics.wait` on the state word that `unlock` notifies.
 *
 * The package takes its state word first and names the owner after that, and clears them in the opposite
 * order: a thread that dies in between leaves a lock without an owner. So every CPU counts its own intent word up
 * before it touches the lock, to an odd number, and again after, to an even one. If the state is locked without an
 * owner while no living CPU touches the lock, it was left by a dead CPU whose number is odd.
 */
abstract class AtomicsSyncAdapter implements Lock {
  readonly kind: string;
  readonly name: string;
  private readonly algorithm: AtomicsSyncLock;
  /** The package's own two words. */
  protected readonly pair: Int32Array;
  private readonly me: number;
  protected readonly wait: BoundedWait;
  private readonly words: Int32Array;
  private readonly intents: number;
  private readonly cpus: number;
  private readonly cpu: number;
  private readonly looksPerCheck: number;

  constructor(kind: LockKind, site: LockSite, type: keyof AtomicsSync, looksPerCheck: number) {
    this.kind = kind.name;
    this.name = site.name;
    this.algorithm = loadAtomicsSync(kind.name)[type];
    this.pair = site.words.subarray(site.base, site.base + LAYOUT.intents);
    this.words = site.words;
    this.intents = site.base + LAYOUT.intents;
    this.cpus = site.cpus;
    this.cpu = site.cpu;
    this.me = site.cpu + 1;
    this.wait = new BoundedWait(kind.name, site);
    this.looksPerCheck = looksPerCheck;
  }

  get parks(): number {
    return this.wait.naps;
  }

  tryAcquire(): boolean {
    if (this.owner() === this.cpu) throw relock(this, this.cpu);
    return this.attempt();
  }

  acquire(site: CallSite = 0): void {
    if (!this.tryAcquire()) this.acquireSlow(site);
  }

  acquireSlow(_site: CallSite): number {
    if (this.owner() === this.cpu) throw relock(this, this.cpu);
    this.wait.begin();
    for (let spins = 0; ; ) {
      if (this.attempt()) return spins;
      spins++;
      if (spins % this.looksPerCheck === 0) this.check();
      this.rest(spins);
    }
  }

  release(): void {
    const owner = this.owner();
    if (owner !== this.cpu) throw notOwner(this, this.cpu, owner);
    this.algorithm.unlock(this.pair, this.me);
    this.countIntent();
  }

  owner(): number {
    return Atomics.load(this.pair, LAYOUT.owner) - 1;
  }

  recover(): boolean {
    this.wait.begin();
    while (this.words[this.intents + this.cpu] % 2 !== 0) {
      if (this.owner() === this.cpu) return true;
      if (this.owner() >= 0 || Atomics.load(this.pair, LAYOUT.state) !== LOCKED) {
        // It died before it took the lock, or after it released it.
        this.countIntent();
      } else if (this.isNameless()) {
        Atomics.store(this.pair, LAYOUT.owner, this.me);
      } else {
        // Another CPU is about to name itself.
        this.wait.check(-1);
        this.wait.nap(this.pair, LAYOUT.state, LOCKED);
      }
    }
    return false;
  }

  /** After that many failed attempts. */
  protected abstract rest(spins: number): void;

  private attempt(): boolean {
    this.countIntent();
    if (this.algorithm.tryLock(this.pair, this.me)) return true;
    this.countIntent();
    return false;
  }

  private countIntent(): void {
    const at = this.intents + this.cpu;
    // Only this CPU writes it.
    Atomics.store(this.words, at, (this.words[at] + 1) | 0);
  }

  private check(): void {
    const owner = this.owner();
    if (this.wait.check(owner) && this.owner() === owner) throw this.wait.deadOwner(owner);
    if (owner >= 0) return;
    if (!this.isNameless()) return;
    const dead = this.deadIntent();
    if (dead >= 0 && this.wait.endsFor(dead)) throw this.wait.deadOwner(dead);
  }

  /** True if the lock is locked without an owner, and no living CPU but this one is about to name itself. */
  private isNameless(): boolean {
    const before = this.livingIntents();
    const isNameless = Atomics.load(this.pair, LAYOUT.state) === LOCKED && this.owner() < 0;
    return isNameless && this.livingIntents() === before;
  }

  /** How often living CPUs but this one have touched the lock, or `TOUCHED` if one does at this moment. */
  private livingIntents(): number {
    let sum = 0;
    for (let cpu = 0; cpu < this.cpus; cpu++) {
      if (cpu === this.cpu || this.wait.isDead(cpu)) continue;
      const intent = Atomics.load(this.words, this.intents + cpu);
      if (intent % 2 !== 0) return TOUCHED;
      sum += intent;
    }
    return sum;
  }

  /** A dead CPU that was about to take or release the lock, or -1. */
  private deadIntent(): number {
    for (let cpu = 0; cpu < this.cpus; cpu++) {
      if (this.wait.isDead(cpu) && Atomics.load(this.words, this.intents + cpu) % 2 !== 0) return cpu;
    }
    return -1;
  }
}

class AtomicsSyncSpinLock extends AtomicsSyncAdapter {
  constructor(site: LockSite) {
    super(atomicsSyncSpinlock, site, 'SpinLock', LOOKS_PER_CHECK);
  }

  protected rest(spins: number): void {
    if (spins % LOOKS_BEFORE_NAP === 0) this.wait.nap(this.pair, LAYOUT.state, LOCKED);
  }
}

class AtomicsSyncMutex extends AtomicsSyncAdapter {
  constructor(site: LockSite) {
    super(atomicsSyncMutex, site, 'Mutex', 1);
  }

  protected rest(): void {
    this.wait.park(this.pair, LAYOUT.state, LOCKED, PARK_MS);
  }
}
