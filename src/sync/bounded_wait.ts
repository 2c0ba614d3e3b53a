import type { LabError } from '../platform/error.ts';
import type { LockSite, LockWatch } from './lock.ts';
import { lockTimeout, ownerDied } from './lock_error.ts';

/** The longest wait for a lock if its site does not say: far beyond any preemption, well below a CI timeout. */
const DEFAULT_LOCK_TIMEOUT_MS = 10_000;

/** Fruitless looks between two checks of a waiter: a power of two. */
export const LOOKS_PER_CHECK = 64;

/**
 * Looks before a waiter gives its core away. A held lock is free again within some hundred nanoseconds unless its
 * holder was preempted; then every further look only keeps the core from the holder: 512 looks take some microseconds,
 * far more than a critical section and far less than a time slice.
 */
export const LOOKS_BEFORE_NAP = 512;

const NAP_MS_FIRST = 0.05;
const NAP_MS_MAX = 1;

/**
 * The part of a wait that keeps it finite: it watches the stop word, the owner's life and the clock, and puts the
 * waiter to sleep when spinning cannot help. One object serves all waits of one CPU for one lock.
 *
 * A wait loop calls `begin` once, then `check` after every `LOOKS_PER_CHECK` fruitless looks, then perhaps `nap`.
 */
export class BoundedWait {
  /** Times this CPU slept in the current wait. */
  naps = 0;

  readonly kind: string;
  readonly name: string;
  private readonly cpu: number;
  private readonly watch: LockWatch | undefined;
  private readonly timeoutMs: number;
  /** Whether a wait for a dead CPU's lock ends by `OwnerDied`. */
  private readonly endsByDeath: boolean;
  private startMs = 0;
  private napMs = NAP_MS_FIRST;

  constructor(kind: string, site: LockSite) {
    this.kind = kind;
    this.name = site.name;
    this.cpu = site.cpu;
    this.watch = site.watch;
    this.timeoutMs = site.timeoutMs ?? DEFAULT_LOCK_TIMEOUT_MS;
    this.endsByDeath = site.watch?.awaitsRecovery !== true;
  }

  begin(): void {
    this.naps = 0;
    this.startMs = 0;
    this.napMs = NAP_MS_FIRST;
  }

  /**
   * Ends the wait if it must not go on.
   *
   * The clock starts at the first check, so that a short wait never reads it.
   *
   * @param owner the CPU that holds the lock, or -1 if it is free or changing hands
   * @returns true if the owner looks dead: the caller reads the owner again and, if it is still the same, throws
   *   `deadOwner`. Since it was read, the owner may have released the lock and then died.
   * @throws `Stopped`, `LockTimeout`
   */
  check(owner: number): boolean {
    const watch = this.watch;
    if (watch !== undefined) watch.checkStop();
    // An unbounded wait need not read the clock.
    if (this.timeoutMs !== Number.POSITIVE_INFINITY) {
      const nowMs = performance.now();
      if (this.startMs === 0) this.startMs = nowMs;
      else if (nowMs - this.startMs >= this.timeoutMs) {
        throw lockTimeout(this, this.cpu, owner, nowMs - this.startMs);
      }
    }
    return owner >= 0 && this.endsFor(owner);
  }

  /** True if a wait for what that CPU holds must end: it is dead, and nobody will break its locks. */
  endsFor(owner: number): boolean {
    return this.endsByDeath && this.isDead(owner);
  }

  /** True if that CPU's thread ended without detaching. */
  isDead(cpu: number): boolean {
    return this.watch?.isDead(cpu) ?? false;
  }

  deadOwner(owner: number): LabError {
    return ownerDied(this, this.cpu, owner);
  }

  /**
   * Gives the core away while `words[at]` is `seen`, for 50 us at first and at most 1 ms: no one needs to notify, and a
   * stop or a death is still seen soon.
   */
  nap(words: Int32Array, at: number, seen: number): void {
    this.park(words, at, seen, this.napMs);
    this.napMs = Math.min(this.napMs * 2, NAP_MS_MAX);
  }

  /** Sleeps while `words[at]` is `seen`, until a notify or the end of the time. */
  park(words: Int32Array, at: number, seen: number, ms: number): void {
    this.naps++;
    Atomics.wait(words, at, seen, ms);
  }
}
