/** Why a lock is taken, for contention reports: an index into the lock's call sites. */
export type CallSite = number;

/** Names of call sites, by index: what a CPU was doing when it took a lock. */
export const CALL_SITES = ['other', 'alloc', 'dealloc', 'balance', 'reclaim', 'add'] as const;
export const CALL_SITE_ALLOC = 1;
export const CALL_SITE_DEALLOC = 2;
export const CALL_SITE_BALANCE = 3;
export const CALL_SITE_RECLAIM = 4;
export const CALL_SITE_ADD = 5;

/**
 * One CPU's view of a lock whose state is words in shared memory.
 *
 * Statistics, injected delays and checks wrap any lock by implementing this interface around another.
 */
export interface Lock {
  /** The algorithm: `ttas`, `mcs`, ... */
  readonly kind: string;
  /** What it guards: `global-pool`, `early-allocator`, ... */
  readonly name: string;
  /** How often the last `acquireSlow` put this CPU to sleep. */
  readonly parks?: number;

  /**
   * Takes the lock if it is free; never waits.
   *
   * @param site where it is called from; only statistics read it
   * @throws `Relock` if this CPU holds it already.
   */
  tryAcquire(site?: CallSite): boolean;

  /**
   * Waits for the lock and takes it: the path for when `tryAcquire` failed.
   *
   * @returns how many fruitless looks it took (spins).
   * @throws `Relock` if this CPU holds it already; `OwnerDied` if its holder's CPU is dead; `Stopped`
   *   if the stop word is raised; `LockTimeout` if it waited beyond the bound. In each case the lock is not
   *   taken, and this CPU has left its queue.
   */
  acquireSlow(site: CallSite): number;

  /** `tryAcquire`, and `acquireSlow` if that fails. */
  acquire(site?: CallSite): void;

  /** @throws `NotOwner` if this CPU does not hold it; the lock is left as it was. */
  release(): void;

  /** The CPU that holds the lock now, or -1. May be read by anyone at any time. */
  owner(): number;

  /**
   * Called on the view of a CPU whose thread died, by the thread that recovers it, before anything else: what the dead
   * thread left in a queue or in words of its own goes, so that the next thread with this CPU's number finds none of it.
   * May be called again after a recovery that was broken off.
   *
   * @returns true if this CPU holds the lock: `release` then lets the others have it
   */
  recover?(): boolean;
}

/** What a lock watches while it waits, so that every wait ends. */
export interface LockWatch {
  /** Throws `Stopped` if the machine is told to stop. Cheap: called every few spins. */
  checkStop(): void;
  /** True if that CPU ended without detaching: it will never release what it holds. */
  isDead(cpu: number): boolean;
  /** True: a wait for a lock of a dead CPU goes on, since another thread will break the lock. */
  readonly awaitsRecovery?: boolean;
}

/** Where a lock lives and who uses it. */
export interface LockSite {
  readonly name: string;
  readonly words: Int32Array;
  /** Word offset of the lock's first word in `words`; a multiple of 32 words keeps locks off each other's lines. */
  readonly base: number;
  /** CPUs that may use it, numbered from 0. */
  readonly cpus: number;
  /** The CPU whose view this is; -1 for an observer that may only ask for `owner`. */
  readonly cpu: number;
  /** What it watches while it waits; without one, waits end by `LockTimeout` alone. */
  readonly watch?: LockWatch;
  /** The longest wait, in milliseconds: 10 s unless given. */
  readonly timeoutMs?: number;
}

/** A lock algorithm. */
export interface LockKind {
  readonly name: string;
  /** One line for `framelab list`. */
  readonly description: string;
  /** Words of shared memory that a lock of this kind takes for that many CPUs; zeros are an unlocked lock. */
  words(cpus: number): number;
  /** The largest number of CPUs that a lock of this kind can serve, if there is such a bound. */
  readonly cpusMax?: number;
  create(site: LockSite): Lock;
}
