import { LINE_WORDS, struct } from '../../platform/struct.ts';
import type { BoundedWait } from '../bounded_wait.ts';
import type { LockSite } from '../lock.ts';

/** A CPU's queue node: one line, so that its waiter spins on memory that no other waiter touches. */
const NODE = struct({
  /** One of the states below. */
  state: 1,
  /** The next CPU in the queue + 1; 0 if none has linked itself yet; `CALLED`. */
  next: 1,
});

/** Not in the queue. */
export const IDLE = 0;
/** In the queue, or about to be, and not yet linked to its predecessor. */
export const LINKING = 1;
/** In the queue, spinning. */
export const WAITING = 2;
/** In the queue, asleep until notified. */
export const PARKED = 3;
/** First in the queue. */
export const HEAD = 4;
/** In the queue, but its CPU has given up waiting. */
export const LEFT = 5;
/** Out of the queue, but a successor that has not linked itself yet will still look at the node. */
export const CALLING = 6;
/** Being taken out of the queue by another CPU, which stands in the higher bits. */
const REMOVING = 7;
const STATE_MASK = 0xff;
const REMOVER_SHIFT = 8;

/** In a `next` word: a CPU that links itself here is the head of the queue at once. */
const CALLED = -1;

/**
 * The queue of an MCS lock: a CPU can leave it from the middle, and it survives the death of any CPU in it.
 *
 * No CPU waits for another to link itself: a head that leaves before its successor has linked itself
 * writes `CALLED` into its own `next`, and the successor finds it there. Death of a queued CPU, point by point:
 *
 * - before it stood in the lock word's tail: it is in no queue, its node is merely not idle;
 * - in the tail, not linked: its predecessor calls it and goes; those behind it find the lock free with no one taking
 *   it, and the first of them makes itself the head;
 * - waiting: its predecessor unlinks it and calls the one behind;
 * - as the head, or while taking another out: as in the second case;
 * - last in the queue: the next to queue up makes itself the head, or a `tryAcquire` finds that no one is waiting and
 *   empties the queue.
 *
 * Two heads at once are harmless: both compete for the lock word, and only the order of service suffers.
 */
export class McsQueue {
  /** Word offset of this CPU's state. */
  readonly myState: number;

  private readonly words: Int32Array;
  private readonly at: number;
  private readonly nodes: number;
  private readonly tailShift: number;
  private readonly cpus: number;
  private readonly cpu: number;
  private readonly me: number;
  private readonly wait: BoundedWait;

  constructor(site: LockSite, at: number, nodes: number, tailShift: number, wait: BoundedWait) {
    this.words = site.words;
    this.at = at;
    this.nodes = nodes;
    this.tailShift = tailShift;
    this.cpus = site.cpus;
    this.cpu = site.cpu;
    this.me = site.cpu + 1;
    this.wait = wait;
    this.myState = this.state(site.cpu);
  }

  /**
   * True if this CPU may queue up. After it gave up a wait, its node may still be in the queue; until another CPU
   * unlinks it, this CPU waits at the lock word itself, out of turn.
   */
  isMyNodeIdle(): boolean {
    const state = Atomics.load(this.words, this.myState);
    if (state === IDLE) return true;
    const removed = (state & STATE_MASK) === REMOVING && this.wait.isDead(state >> REMOVER_SHIFT);
    const called = state === CALLING && !this.isAnybodyLinking();
    if (removed || called) Atomics.compareExchange(this.words, this.myState, state, IDLE);
    return removed || called;
  }

  /** Queues this CPU up; it is `WAITING` or `HEAD` after that. */
  enter(): void {
    const { words, at, me, myState, tailShift } = this;
    Atomics.store(words, myState + NODE.next, 0);
    Atomics.store(words, myState, LINKING);
    let seen = Atomics.load(words, at);
    for (;;) {
      const found = Atomics.compareExchange(words, at, seen, (me << tailShift) | this.ownerIn(seen));
      if (found === seen) break;
      seen = found;
    }
    const before = seen >>> tailShift;
    // The CPU itself: an earlier thread with this CPU's number left its node last in the queue.
    let head = before === 0 || before === me;
    if (!head) {
      const next = this.state(before - 1) + NODE.next;
      if (Atomics.compareExchange(words, next, 0, me) === CALLED) {
        Atomics.compareExchange(words, this.state(before - 1), CALLING, IDLE);
        head = true;
      }
    }
    // Its predecessor may have called it between the link and this line.
    Atomics.compareExchange(words, myState, LINKING, head ? HEAD : WAITING);
  }

  /** Gives up this CPU's place, first or not. */
  leave(): void {
    if (Atomics.compareExchange(this.words, this.myState, WAITING, LEFT) !== WAITING) this.callNext();
  }

  /** As the head: leaves the queue and makes the next CPU that still waits its head. */
  callNext(): void {
    let leaver = this.cpu;
    while (leaver >= 0) leaver = this.takeOut(leaver);
  }

  /**
   * After this CPU's thread died: gives up its place, lets go whom it was taking out, and calls those behind it where
   * it was first. Those whom nobody calls make themselves the head.
   */
  desert(): void {
    const { words, cpu, cpus, myState } = this;
    for (let other = 0; other < cpus; other++) {
      Atomics.compareExchange(words, this.state(other), REMOVING | (cpu << REMOVER_SHIFT), IDLE);
    }
    for (;;) {
      const state = Atomics.load(words, myState);
      if (state === HEAD || state === LINKING) {
        this.callNext();
        return;
      }
      if (state !== WAITING && state !== PARKED) return;
      if (Atomics.compareExchange(words, myState, state, LEFT) === state) return;
    }
  }

  myNodeIsIdle(): void {
    Atomics.store(this.words, this.myState, IDLE);
  }

  /** True if a living CPU is in the queue or about to change it. */
  isAnybodyWaiting(): boolean {
    for (let cpu = 0; cpu < this.cpus; cpu++) {
      const word = Atomics.load(this.words, this.state(cpu));
      const state = word & STATE_MASK;
      if (state === IDLE || state === LEFT || state === CALLING) continue;
      if (!this.wait.isDead(state === REMOVING ? word >> REMOVER_SHIFT : cpu)) return true;
    }
    return false;
  }

  /** After the queue was emptied: CPUs that had given up in it may queue up again. */
  dismissDeserters(): void {
    for (let cpu = 0; cpu < this.cpus; cpu++) {
      Atomics.compareExchange(this.words, this.state(cpu), LEFT, IDLE);
    }
  }

  /** Unlinks a node that is the head's or given up. @returns the next CPU to unlink, or -1 when done. */
  private takeOut(leaver: number): number {
    const { words, at, tailShift } = this;
    const node = this.state(leaver);
    let next = Atomics.load(words, node + NODE.next);
    if (next === 0) {
      for (;;) {
        const seen = Atomics.load(words, at);
        if (seen >>> tailShift !== leaver + 1) break;
        if (Atomics.compareExchange(words, at, seen, this.ownerIn(seen)) !== seen) continue;
        Atomics.store(words, node, IDLE);
        return -1;
      }
      Atomics.store(words, node, CALLING);
      next = Atomics.compareExchange(words, node + NODE.next, 0, CALLED);
      // The successor makes the node idle once it has read the call.
      if (next === 0) return -1;
    }
    Atomics.store(words, node, IDLE);
    return this.call(next - 1);
  }

  /** Makes that CPU the head. @returns that CPU if it must be unlinked instead, otherwise -1. */
  private call(cpu: number): number {
    const { words } = this;
    const node = this.state(cpu);
    const removing = REMOVING | (this.cpu << REMOVER_SHIFT);
    for (;;) {
      const state = Atomics.load(words, node);
      if (state === WAITING || state === PARKED || state === LINKING) {
        if (Atomics.compareExchange(words, node, state, HEAD) !== state) continue;
        if (state === PARKED) Atomics.notify(words, node, 1);
        if (!this.wait.isDead(cpu)) return -1;
        return Atomics.compareExchange(words, node, HEAD, removing) === HEAD ? cpu : -1;
      }
      // Otherwise it made itself the head before and is on its way, or out.
      if (state !== LEFT) return -1;
      if (Atomics.compareExchange(words, node, LEFT, removing) === LEFT) return cpu;
    }
  }

  private isAnybodyLinking(): boolean {
    for (let cpu = 0; cpu < this.cpus; cpu++) {
      if (Atomics.load(this.words, this.state(cpu)) === LINKING && !this.wait.isDead(cpu)) return true;
    }
    return false;
  }

  private ownerIn(word: number): number {
    return word & ((1 << this.tailShift) - 1);
  }

  private state(cpu: number): number {
    return this.nodes + cpu * LINE_WORDS + NODE.state;
  }
}
