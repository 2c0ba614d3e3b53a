import { LINE_WORDS, struct } from '../../platform/struct.ts';
import { BoundedWait, LOOKS_BEFORE_NAP, LOOKS_PER_CHECK } from '../bounded_wait.ts';
import type { CallSite, Lock, LockKind, LockSite } from '../lock.ts';
import { notOwner, relock } from '../lock_error.ts';
import { lockView } from '../lock_view.ts';
import { HEAD, McsQueue, PARKED, WAITING } from './mcs_queue.ts';

// The lock word: | last CPU in the queue + 1, 16 bits | owner's CPU + 1, 16 bits |.
const OWNER_MASK = 0xffff;
const TAIL_SHIFT = 16;
const CPUS_MAX = 0x7ffe;

/** The lock's own line, then one line for each CPU's queue node. */
const MCS = struct({ word: LINE_WORDS, nodes: 0 });

/**
 * An MCS queue lock: each waiter spins on its own line until its predecessor tells it that it is next
 * (Mellor-Crummey and Scott, 1991).
 *
 * As in Linux' `qspinlock`, the queue stands *before* the lock instead of being it: the waiter at its head
 * watches the lock word, takes it by compare-exchange of the owner, and makes its successor the head. So mutual
 * exclusion never depends on the queue, and any waiter can repair a queue that a CPU broke by dying or giving up: a
 * waiter that finds the lock free with no one taking it makes itself the head (see `McsQueue` for the crash points one
 * by one).
 */
export const mcs: LockKind = {
  name: 'mcs',
  description: 'MCS queue lock: first come, first served, each waiter on its own cache line',
  words: (cpus) => MCS.nodes + cpus * LINE_WORDS,
  create: (site) => lockView(mcs, site, McsLock),
  cpusMax: CPUS_MAX,
};

class McsLock implements Lock {
  readonly kind = 'mcs';
  readonly name: string;
  private readonly words: Int32Array;
  private readonly at: number;
  private readonly cpu: number;
  private readonly me: number;
  private readonly wait: BoundedWait;
  private readonly queue: McsQueue;

  constructor(site: LockSite) {
    this.name = site.name;
    this.words = site.words;
    this.at = site.base + MCS.word;
    this.cpu = site.cpu;
    this.me = site.cpu + 1;
    this.wait = new BoundedWait('mcs', site);
    this.queue = new McsQueue(site, this.at, site.base + MCS.nodes, TAIL_SHIFT, this.wait);
  }

  get parks(): number {
    return this.wait.naps;
  }

  tryAcquire(): boolean {
    const found = Atomics.compareExchange(this.words, this.at, 0, this.me);
    if (found === 0) return true;
    if ((found & OWNER_MASK) === this.me) throw relock(this, this.cpu);
    return (found & OWNER_MASK) === 0 && this.tryAcquireDeserted(found);
  }

  acquire(site: CallSite = 0): void {
    if (!this.tryAcquire()) this.acquireSlow(site);
  }

  acquireSlow(_site: CallSite): number {
    const { words, at, queue } = this;
    this.wait.begin();
    if (this.owner() === this.cpu) throw relock(this, this.cpu);
    if (!queue.isMyNodeIdle()) return this.acquireAsHead(0, false);
    // The queue is empty: no need to enter it.
    if (Atomics.compareExchange(words, at, 0, this.me) === 0) return 0;
    queue.enter();
    let spins = 0;
    try {
      spins = this.waitForHead();
    } catch (error) {
      queue.leave();
      throw error;
    }
    return this.acquireAsHead(spins, true);
  }

  release(): void {
    const { words, at, me } = this;
    let seen = Atomics.compareExchange(words, at, me, 0);
    if (seen === me) return;
    for (;;) {
      if ((seen & OWNER_MASK) !== me) throw notOwner(this, this.cpu, (seen & OWNER_MASK) - 1);
      const found = Atomics.compareExchange(words, at, seen, seen - me);
      if (found === seen) return;
      seen = found;
    }
  }

  owner(): number {
    return (Atomics.load(this.words, this.at) & OWNER_MASK) - 1;
  }

  recover(): boolean {
    this.queue.desert();
    return this.owner() === this.cpu;
  }

  /** Spins on this CPU's own node until its predecessor makes it the head of the queue. */
  private waitForHead(): number {
    const { words, at, wait, queue } = this;
    const state = queue.myState;
    for (let spins = 0; ; ) {
      if (Atomics.load(words, state) === HEAD) return spins;
      spins++;
      if (spins % LOOKS_PER_CHECK !== 0) continue;
      this.check();
      if (spins % LOOKS_BEFORE_NAP !== 0) continue;
      if ((Atomics.load(words, at) & OWNER_MASK) === 0) {
        // The lock is free and the head does not take it: preempted, gone or dead.
        Atomics.compareExchange(words, state, WAITING, HEAD);
      } else if (Atomics.compareExchange(words, state, WAITING, PARKED) === WAITING) {
        wait.nap(words, state, PARKED);
        Atomics.compareExchange(words, state, PARKED, WAITING);
      }
    }
  }

  /** Spins on the lock word; `queued` if this CPU is in the queue and has a successor to call. */
  private acquireAsHead(before: number, queued: boolean): number {
    const { words, at, me, queue } = this;
    try {
      for (let spins = before; ; ) {
        const seen = Atomics.load(words, at);
        if ((seen & OWNER_MASK) === 0) {
          const last = queued && seen >>> TAIL_SHIFT === me;
          if (Atomics.compareExchange(words, at, seen, last ? me : seen | me) === seen) {
            if (last) queue.myNodeIsIdle();
            else if (queued) queue.callNext();
            return spins;
          }
          continue;
        }
        spins++;
        if (spins % LOOKS_PER_CHECK !== 0) continue;
        this.check();
        if (spins % LOOKS_BEFORE_NAP === 0) this.wait.nap(words, at, seen);
      }
    } catch (error) {
      if (queued) queue.callNext();
      throw error;
    }
  }

  private check(): void {
    const owner = this.owner();
    if (this.wait.check(owner) && this.owner() === owner) throw this.wait.deadOwner(owner);
  }

  /** Takes a free lock whose queue holds only CPUs that died or gave up, and empties the queue. */
  private tryAcquireDeserted(found: number): boolean {
    if (this.queue.isAnybodyWaiting()) return false;
    if (Atomics.compareExchange(this.words, this.at, found, this.me) !== found) return false;
    this.queue.dismissDeserters();
    return true;
  }
}
