import { BoundedWait, LOOKS_BEFORE_NAP, LOOKS_PER_CHECK } from '../bounded_wait.ts';
import type { CallSite, Lock, LockKind, LockSite } from '../lock.ts';
import { notOwner, relock } from '../lock_error.ts';
import { lockView } from '../lock_view.ts';

// The lock word: | ticket served, 11 bits | next ticket, 11 bits | owner's CPU + 1, 10 bits |.
// The lock is free if there is no owner and the ticket served is the next one.
const TICKET_MASK = 0x7ff;
const OWNER_MASK = 0x3ff;
const NEXT_SHIFT = 10;
const SERVED_SHIFT = 21;

/** Every CPU has one ticket at most, so tickets never lap one another. */
const CPUS_MAX = OWNER_MASK;

/** The word after the lock word: one intent word for each CPU. */
const INTENTS = 1;

/**
 * A ticket lock: first come, first served.
 *
 * The owner stands in the lock word beside the tickets, and taking the lock is a compare-exchange of it: the
 * tickets say whose turn it is, but mutual exclusion does not depend on them. That makes it safe to skip the
 * ticket of a CPU that is gone. A CPU writes the ticket that it is about to draw into its intent word *before*
 * it draws, so a ticket whose turn came and that no one takes can be traced to its CPU:
 *
 * - died or gave up with a ticket drawn: any waiter, or a `tryAcquire`, skips the ticket;
 * - died between writing its intent and drawing: the ticket belongs to another, living CPU, and is not skipped;
 * - died between taking the lock and clearing its intent: the owner is in the word, `OwnerDied`;
 * - gave up (`Stopped`, `LockTimeout`): it hands the ticket back if it was the last, otherwise marks it as given up,
 *   and takes the same place again if it returns before that ticket is skipped.
 */
export const ticket: LockKind = {
  name: 'ticket',
  description: 'ticket lock: first come, first served, on one word',
  words: (cpus) => INTENTS + cpus,
  create: (site) => lockView(ticket, site, TicketLock),
  cpusMax: CPUS_MAX,
};

const pack = (served: number, next: number, owner: number): number =>
  ((served & TICKET_MASK) << SERVED_SHIFT) | ((next & TICKET_MASK) << NEXT_SHIFT) | owner;
const served = (word: number): number => word >>> SERVED_SHIFT;
const next = (word: number): number => (word >>> NEXT_SHIFT) & TICKET_MASK;
const owned = (word: number): number => word & OWNER_MASK;

class TicketLock implements Lock {
  readonly kind = 'ticket';
  readonly name: string;
  private readonly words: Int32Array;
  private readonly at: number;
  private readonly cpus: number;
  private readonly cpu: number;
  private readonly me: number;
  private readonly intent: number;
  private readonly wait: BoundedWait;
  /** A guess of the word: free with an empty queue; right unless others used the lock since. */
  private freeGuess = 0;
  /** A guess of the word while held: always one with this CPU as owner, so that it can only match a held lock. */
  private heldGuess: number;

  constructor(site: LockSite) {
    this.name = site.name;
    this.words = site.words;
    this.at = site.base;
    this.cpus = site.cpus;
    this.cpu = site.cpu;
    this.me = site.cpu + 1;
    this.intent = site.base + INTENTS + site.cpu;
    this.wait = new BoundedWait('ticket', site);
    this.heldGuess = this.me;
  }

  get parks(): number {
    return this.wait.naps;
  }

  tryAcquire(): boolean {
    const guess = this.freeGuess;
    const held = pack(served(guess), next(guess) + 1, this.me);
    const found = Atomics.compareExchange(this.words, this.at, guess, held);
    if (found === guess) {
      this.heldGuess = held;
      return true;
    }
    return this.tryAcquireFrom(found);
  }

  acquire(site: CallSite = 0): void {
    if (!this.tryAcquire()) this.acquireSlow(site);
  }

  acquireSlow(_site: CallSite): number {
    this.wait.begin();
    let spins = 0;
    for (;;) {
      const mine = this.draw();
      if (mine < 0) return spins;
      try {
        spins = this.waitForTurn(mine, spins);
      } catch (error) {
        this.giveUp(mine);
        throw error;
      }
      if (spins >= 0) return spins;
      spins = -spins;
    }
  }

  release(): void {
    const { words, at, me } = this;
    let seen = this.heldGuess;
    for (;;) {
      const free = pack(served(seen) + 1, next(seen), 0);
      const found = Atomics.compareExchange(words, at, seen, free);
      if (found === seen) {
        // If others are queued, the lock is theirs, and the word is not a free one.
        if (served(free) === next(free)) this.freeGuess = free;
        return;
      }
      if (owned(found) !== me) throw notOwner(this, this.cpu, owned(found) - 1);
      seen = found;
    }
  }

  owner(): number {
    return owned(Atomics.load(this.words, this.at)) - 1;
  }

  recover(): boolean {
    const { words, at, intent } = this;
    if (this.owner() === this.cpu) {
      Atomics.store(words, intent, 0);
      return true;
    }
    // The ticket may not have been drawn by this CPU, but then another one takes it: a ticket given up is skipped only
    // if no one else means to take it.
    const drawn = Atomics.load(words, intent) - 1;
    if (drawn < 0) return false;
    Atomics.store(words, intent, -(drawn + 1));
    const seen = Atomics.load(words, at);
    if (owned(seen) === 0 && served(seen) === drawn && next(seen) !== drawn) this.skipAbsent(seen);
    return false;
  }

  private tryAcquireFrom(found: number): boolean {
    let seen = found;
    for (;;) {
      if (owned(seen) === this.me) throw relock(this, this.cpu);
      if (owned(seen) !== 0) return false;
      if (served(seen) !== next(seen)) {
        if (!this.skipAbsent(seen)) return false;
        seen = Atomics.load(this.words, this.at);
        continue;
      }
      const held = pack(served(seen), next(seen) + 1, this.me);
      const now = Atomics.compareExchange(this.words, this.at, seen, held);
      if (now === seen) {
        this.heldGuess = held;
        return true;
      }
      seen = now;
    }
  }

  /** Draws a ticket; -1 if the lock was free and is taken now. */
  private draw(): number {
    const { words, at, intent } = this;
    for (;;) {
      const seen = Atomics.load(words, at);
      if (owned(seen) === this.me) throw relock(this, this.cpu);
      // Resumes a ticket that was given up earlier and not skipped yet: a second one would orphan it.
      const before = -Atomics.load(words, intent) - 1;
      if (before >= 0 && this.isAhead(seen, before)) {
        Atomics.store(words, intent, before + 1);
        return before;
      }
      if (owned(seen) === 0 && served(seen) === next(seen)) {
        if (!this.tryAcquireFrom(seen)) continue;
        // Another CPU drew the ticket that this one meant to draw.
        Atomics.store(words, intent, 0);
        return -1;
      }
      Atomics.store(words, intent, next(seen) + 1);
      const drawn = pack(served(seen), next(seen) + 1, owned(seen));
      if (Atomics.compareExchange(words, at, seen, drawn) === seen) return next(seen);
    }
  }

  /** Spins until the ticket is served; the spins are negative if the ticket was skipped. */
  private waitForTurn(mine: number, before: number): number {
    const { words, at, wait } = this;
    for (let spins = before; ; ) {
      const seen = Atomics.load(words, at);
      if (owned(seen) === 0 && served(seen) === mine) {
        const held = seen | this.me;
        if (Atomics.compareExchange(words, at, seen, held) === seen) {
          this.heldGuess = held;
          Atomics.store(words, this.intent, 0);
          return spins;
        }
        continue;
      }
      spins++;
      if (!this.isAhead(seen, mine)) return -spins;
      if (spins % LOOKS_PER_CHECK !== 0) continue;
      const owner = owned(seen) - 1;
      if (wait.check(owner) && this.owner() === owner) throw wait.deadOwner(owner);
      if (owner < 0 && served(seen) !== mine && this.skipAbsent(seen)) continue;
      if (spins % LOOKS_BEFORE_NAP === 0) wait.nap(words, at, seen);
    }
  }

  /** True if that ticket is drawn and its turn is not over. */
  private isAhead(word: number, drawn: number): boolean {
    const waiting = (next(word) - served(word)) & TICKET_MASK;
    return ((drawn - served(word)) & TICKET_MASK) < waiting;
  }

  /** Skips the ticket now served if its CPU is dead or gave it up. @returns whether the word has changed. */
  private skipAbsent(seen: number): boolean {
    const { words, at } = this;
    let absent = false;
    for (let cpu = 0; cpu < this.cpus; cpu++) {
      const intent = Atomics.load(words, at + INTENTS + cpu);
      if (Math.abs(intent) - 1 !== served(seen)) continue;
      // Two CPUs may have meant to draw this ticket, and one did: it is skipped only if neither will take it.
      if (intent > 0 && !this.wait.isDead(cpu)) return false;
      absent = true;
    }
    if (!absent) return Atomics.load(words, at) !== seen;
    // If its CPU comes back and takes it at this moment, one of the two compare-exchanges fails.
    Atomics.compareExchange(words, at, seen, pack(served(seen) + 1, next(seen), 0));
    return true;
  }

  private giveUp(mine: number): void {
    const { words, at } = this;
    for (;;) {
      const seen = Atomics.load(words, at);
      if (next(seen) !== ((mine + 1) & TICKET_MASK) || !this.isAhead(seen, mine)) break;
      const back = pack(served(seen), mine, owned(seen));
      if (Atomics.compareExchange(words, at, seen, back) !== seen) continue;
      Atomics.store(words, this.intent, 0);
      return;
    }
    Atomics.store(words, this.intent, -(mine + 1));
  }
}
