/**
 * Who of several strategies has the next schedule: by what each is worth before anything is known, and by how many of its
 * schedules showed a behaviour that none had shown. Counts alone decide, never time: the same seed gives the same turns.
 */
import type { ControlContext } from '../control/thread/strategy.ts';
import { BehaviourHash } from '../control/words/behaviour_hash.ts';

/** Behaviours that are remembered: each in the one slot that its hash leads to, where it replaces what was there. A power of two. */
const SLOTS = 1 << 13;

/** Of its schedules, a member's last are what counts: at so many, all before count half. */
const COUNTED_MAX = 128;

/** A member none of whose schedules shows anything new keeps a share of its worth: 1 of so many. */
const LEAST_SHARE = 4;
/** Shares of turns are whole numbers, in such parts of a worth. */
const PARTS = 64;

/** Words of a member. */
const M = {
  /** Its schedules, and those of them that showed something new. */
  SCHEDULES: 0,
  NEW: 1,
  /** What it is owed, in parts: who is owed most is next. */
  OWED: 2,
  WORDS: 3,
} as const;

/** Words that the turns of so many members take. */
export function turnsWords(members: number): number {
  return members * M.WORDS + 2 * SLOTS;
}

export class Turns {
  private readonly words: Int32Array;
  private readonly base: number;
  private readonly slots: number;
  private readonly worth: readonly number[];
  private readonly shares: number[];
  private readonly behaviour: BehaviourHash;

  /**
   * @param worth of each member, its turns in a round where all show something new in every schedule
   * @param base the first of `turnsWords` words, which are 0 when an exploration begins
   */
  constructor({ words, layout }: ControlContext, base: number, worth: readonly number[]) {
    this.words = words;
    this.base = base;
    this.slots = base + worth.length * M.WORDS;
    this.worth = worth;
    this.shares = worth.map(() => 0);
    this.behaviour = new BehaviourHash(words, layout);
  }

  /**
   * The member that has the next schedule: of those that may, the one that is owed most.
   *
   * @param may the set of those that may, never empty, as a bit mask
   */
  next(may: number): number {
    const { words, base, worth, shares } = this;
    let sum = 0;
    let best = -1;
    for (let i = 0; i < worth.length; i++) {
      if ((may & (1 << i)) === 0) continue;
      shares[i] = this.share(i);
      sum += shares[i];
      const owed = base + i * M.WORDS + M.OWED;
      words[owed] += shares[i];
      if (best < 0 || words[owed] > words[base + best * M.WORDS + M.OWED]) best = i;
    }
    words[base + best * M.WORDS + M.OWED] -= sum;
    return best;
  }

  /** Of a worth, `1 / LEAST_SHARE` in any case, and the rest as it shows something new; one that was not tried is taken to. */
  private share(member: number): number {
    const m = this.base + member * M.WORDS;
    const schedules = this.words[m + M.SCHEDULES] + 1;
    const fresh = this.words[m + M.NEW] + 1;
    const parts = (schedules + (LEAST_SHARE - 1) * fresh) * PARTS;
    return Math.max(1, Math.floor((this.worth[member] * parts) / (schedules * LEAST_SHARE)));
  }

  /**
   * The schedule whose trace is in the control words was this member's.
   *
   * @param always it counts as one that showed something new, though others may have shown it
   */
  took(member: number, always: boolean): void {
    const { words } = this;
    const m = this.base + member * M.WORDS;
    if (words[m + M.SCHEDULES] === COUNTED_MAX) {
      words[m + M.SCHEDULES] >>= 1;
      words[m + M.NEW] >>= 1;
    }
    words[m + M.SCHEDULES]++;
    if (this.meets() || always) words[m + M.NEW]++;
  }

  /** Remembers the behaviour of the schedule; true if it is not among those remembered. */
  private meets(): boolean {
    const { words, behaviour } = this;
    behaviour.takeTrace();
    const slot = this.slots + 2 * (behaviour.low & (SLOTS - 1));
    const isNew = words[slot] !== behaviour.low || words[slot + 1] !== behaviour.high;
    words[slot] = behaviour.low;
    words[slot + 1] = behaviour.high;
    return isNew;
  }
}
