import { releaseHeld } from '../loops/spin.ts';
import { FAULT, FAULTS, familyOf, laneOf, N, packFault, targetOf, unpackFault } from '../words/fault.ts';
import { FLAG, H, type Layout, R, T, W } from '../words/layout.ts';
import { KIND } from '../words/operation.ts';
import { ownPlace } from '../words/place.ts';
import { headOf, kindOf } from '../words/record.ts';
import { leaves, type Sets } from '../words/sets.ts';

/**
 * One more thread, which has no worker: whichever thread decides who runs next does its steps. A step is a fault that happens
 * to a thread. It never has to take one: a schedule ends when all other threads have, and where none of them can run it is not
 * asked.
 */
export class Nemesis {
  private readonly words: Int32Array;
  private readonly layout: Layout;
  private readonly sets: Sets;
  private readonly base: number;

  constructor(words: Int32Array, layout: Layout, sets: Sets) {
    this.words = words;
    this.layout = layout;
    this.sets = sets;
    this.base = layout.faults;
  }

  /** Sees what it can do now, as lanes. */
  look(): void {
    const { words, layout, base } = this;
    const { lanes } = this.sets;
    lanes.clear();
    if (words[H.PORTS] !== 0) return;
    for (let fault = 0; fault < FAULTS; fault++) {
      if (words[base + N.LEFT + fault] === 0) continue;
      for (let thread = 0; thread < words[H.BEGINNERS]; thread++) {
        if (this.isPossible(fault, thread)) lanes.add(laneOf(words, layout, fault, thread));
      }
    }
  }

  private isPossible(fault: number, thread: number): boolean {
    const { words, layout } = this;
    const { alive, victims, refused } = this.sets;
    if (!alive.has(thread) || !victims.has(thread)) return false;
    const block = layout.threads + thread * T.WORDS;
    switch (fault) {
      case FAULT.SPURIOUS_WAKE: {
        const waiter = this.waiterOf(thread);
        return waiter >= 0 && words[waiter + W.STATE] === 1;
      }
      case FAULT.NO_MEMORY:
        return words[block + T.KIND] === KIND.ALLOCATE && !refused.has(thread);
      default:
        return true;
    }
  }

  /** The waiter's words of a thread that sleeps in `Atomics.wait`; -1 if it does not. */
  private waiterOf(thread: number): number {
    const { words, layout } = this;
    const block = layout.threads + thread * T.WORDS;
    const waiter = words[block + T.WAITER];
    if (words[block + T.KIND] !== KIND.WAKE || waiter === 0) return -1;
    return layout.waiters + (waiter - 1) * W.WORDS;
  }

  /** Does what a lane stands for, and records it. False if no thread is left to go on. */
  strike(lane: number): boolean {
    const { words, layout, sets, base } = this;
    const thread = targetOf(words, lane);
    const fault = this.faultOf(lane, thread);
    this.record(lane, fault, thread);
    words[base + N.LEFT + fault]--;
    words[base + N.HAPPENED] |= 1 << fault;
    switch (fault) {
      case FAULT.KILL:
        sets.killed.add(thread);
        this.takeOut(thread);
        this.leaveQueues(thread);
        releaseHeld(words, layout, sets.held, ownPlace(thread), 0, 0, words[H.STEP] - 1);
        break;
      case FAULT.STOP:
        sets.stopped.add(thread);
        this.takeOut(thread);
        break;
      case FAULT.SPURIOUS_WAKE:
        this.wake(thread);
        break;
      default:
        sets.refused.add(thread);
    }
    return !sets.alive.isEmpty;
  }

  private faultOf(lane: number, thread: number): number {
    const { words, layout } = this;
    const family = familyOf(words, layout, lane);
    if (family !== FAULT.SPURIOUS_WAKE) return family;
    return this.isPossible(FAULT.SPURIOUS_WAKE, thread) ? FAULT.SPURIOUS_WAKE : FAULT.NO_MEMORY;
  }

  /** The thread does nothing more in this schedule. Its worker waits where it is until that is over. */
  private takeOut(thread: number): void {
    const { words, layout, sets } = this;
    if (words[layout.threads + thread * T.WORDS + T.STEPS] > 1) sets.acted.add(thread);
    if (sets.started.has(thread)) sets.stranded.add(thread);
    leaves(sets, thread);
    if (words[H.STUBBORN] === thread + 1) words[H.STUBBORN] = 0;
  }

  /** A dead thread is not notified. One that only stands still is, and sleeps through it. */
  private leaveQueues(thread: number): void {
    const { words, layout } = this;
    for (let i = 0; i < words[H.WAITERS]; i++) {
      const waiter = layout.waiters + i * W.WORDS;
      if (words[waiter + W.THREAD] === thread) words[waiter + W.STATE] = 0;
    }
  }

  private wake(thread: number): void {
    const { words, layout, sets } = this;
    const waiter = this.waiterOf(thread);
    words[waiter + W.STATE] = 2;
    words[waiter + W.BY] = words[H.STEP] - 1;
    words[layout.threads + thread * T.WORDS + T.BY] = words[H.STEP] - 1;
    sets.enabled.add(thread);
    sets.timeable.remove(thread);
  }

  /** The step tells what its victim was about to do, and where. It is no switch: who ran before it may go on. */
  private record(lane: number, fault: number, thread: number): void {
    const { words, layout } = this;
    const block = layout.threads + thread * T.WORDS;
    const step = words[H.STEP];
    const r = layout.trace + step * R.WORDS;
    const waiter = this.waiterOf(thread);
    words[r] = headOf(lane, KIND.FAULT, 0, fault === FAULT.SPURIOUS_WAKE ? FLAG.WOKE : FLAG.CHANGED);
    words[r + R.BUFFER] = ownPlace(thread);
    words[r + R.OFFSET] = waiter < 0 ? words[block + T.OFFSET] : words[waiter + W.OFFSET];
    words[r + R.A] = words[block + T.A];
    words[r + R.B] = words[block + T.B];
    words[r + R.RESULT] = packFault(fault, thread, words[block + T.KIND]);
    words[r + R.HIGH] = waiter < 0 ? words[block + T.BUFFER] : words[waiter + W.BUFFER];
    words[r + R.BY] = -1;
    words[H.STEP] = step + 1;
    words[H.FORCED] = 0;
  }
}

/** Puts the words of the nemesis as they are before a schedule. */
export function resetNemesis(words: Int32Array, layout: Layout, sets: Sets): void {
  const base = layout.faults;
  for (const set of [sets.lanes, sets.killed, sets.stopped, sets.stranded, sets.refused]) set.clear();
  for (let fault = 0; fault < FAULTS; fault++) words[base + N.LEFT + fault] = words[base + N.ASKED + fault];
}

/** The step at which it took a thread from the schedule; -1 if it did not. */
export function takenStep(words: Int32Array, layout: Layout, thread: number): number {
  for (let step = words[H.STEP] - 1; step >= 0; step--) {
    const r = layout.trace + step * R.WORDS;
    if (kindOf(words[r]) !== KIND.FAULT) continue;
    const { fault, target } = unpackFault(words[r + R.RESULT]);
    if (target === thread && (fault === FAULT.KILL || fault === FAULT.STOP)) return step;
  }
  return -1;
}
