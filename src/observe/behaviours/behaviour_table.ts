/**
 * The behaviours that a search has shown, by their hashes, in memory that all its threads share. Only the thread that closes a
 * schedule writes here, and turns are handed over by atomic operations.
 *
 * This file is part of the worker's import graph: it must import nothing.
 */

const SLOTS = 1 << 20;
/** Fuller it would be slow: from then on what is new is not told from what was seen. */
const CLASSES_MAX = SLOTS - (SLOTS >> 2);

/** Points of the curve, each a quarter further than the one before. */
const POINTS_MAX = 96;

const B = {
  SCHEDULES: 0,
  CLASSES: 1,
  /** Classes that were seen once. */
  ONCE: 2,
  /** The table is full. */
  FULL: 3,
  POINTS: 4,
  /** At how many schedules the next point is. */
  NEXT: 5,
  CURVE: 6,
  SLOTS: 6 + 2 * POINTS_MAX,
} as const;

/** Words of a slot: the hash, whose lower half is never 0 where there is one; the lowest bit of its upper half says that it was seen again. */
const SLOT_WORDS = 2;

/** What a search has shown so far. */
export interface BehaviourCounts {
  /** Schedules that ran to their end. */
  readonly schedules: number;
  readonly distinct: number;
  /** Those that were seen once. */
  readonly once: number;
  /** The table was full before the last of these schedules: there may be more behaviours. */
  readonly full: boolean;
  /** Pairs of schedules and behaviours at that time, each a quarter further than the one before. */
  readonly curve: readonly (readonly [schedules: number, distinct: number])[];
}

/** Memory for a table: 8 MiB. */
export function makeBehaviourMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer((B.SLOTS + SLOTS * SLOT_WORDS) * 4);
}

export class BehaviourTable {
  private readonly words: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.words = new Int32Array(memory);
  }

  /** Counts a schedule that behaved so, by the two halves of a hash. */
  add(low: number, high: number): void {
    const { words } = this;
    words[B.SCHEDULES]++;
    this.enter(low === 0 ? 1 : low, high & ~1, false);
    if (words[B.SCHEDULES] < words[B.NEXT] || words[B.POINTS] === POINTS_MAX) return;
    const point = B.CURVE + 2 * words[B.POINTS]++;
    words[point] = words[B.SCHEDULES];
    words[point + 1] = words[B.CLASSES];
    words[B.NEXT] = Math.ceil(words[B.SCHEDULES] * 1.25);
  }

  /** Puts what another search has shown to this: the curve stays as it is. */
  join(other: BehaviourTable): void {
    const { words } = other;
    this.words[B.SCHEDULES] += words[B.SCHEDULES];
    this.words[B.FULL] |= words[B.FULL];
    for (let slot = B.SLOTS; slot < words.length; slot += SLOT_WORDS) {
      if (words[slot] !== 0) this.enter(words[slot], words[slot + 1] & ~1, (words[slot + 1] & 1) !== 0);
    }
  }

  get counts(): BehaviourCounts {
    const { words } = this;
    const curve: [number, number][] = [];
    for (let i = 0; i < words[B.POINTS]; i++) {
      curve.push([words[B.CURVE + 2 * i], words[B.CURVE + 2 * i + 1]]);
    }
    const [schedules, distinct] = [words[B.SCHEDULES], words[B.CLASSES]];
    if (schedules > 0 && curve.at(-1)?.[0] !== schedules) curve.push([schedules, distinct]);
    return { schedules, distinct, once: words[B.ONCE], full: words[B.FULL] !== 0, curve };
  }

  /** Every behaviour that is told apart, by its hash: 16 hexadecimal digits, and whether it was seen more than once. */
  *seen(): Generator<{ readonly hash: string; readonly again: boolean }> {
    const { words } = this;
    for (let slot = B.SLOTS; slot < words.length; slot += SLOT_WORDS) {
      const [low, high] = [words[slot], words[slot + 1]];
      if (low !== 0) yield { hash: digitsOf(high & ~1) + digitsOf(low), again: (high & 1) !== 0 };
    }
  }

  private enter(low: number, high: number, again: boolean): void {
    const { words } = this;
    let index = (low ^ (high >>> 7)) & (SLOTS - 1);
    for (;;) {
      const slot = B.SLOTS + index * SLOT_WORDS;
      if (words[slot] === 0) {
        if (words[B.CLASSES] >= CLASSES_MAX) {
          words[B.FULL] = 1;
          return;
        }
        words[slot] = low;
        words[slot + 1] = again ? high | 1 : high;
        words[B.CLASSES]++;
        if (!again) words[B.ONCE]++;
        return;
      }
      if (words[slot] === low && (words[slot + 1] & ~1) === high) {
        if ((words[slot + 1] & 1) === 0) words[B.ONCE]--;
        words[slot + 1] |= 1;
        return;
      }
      index = (index + 1) & (SLOTS - 1);
    }
  }
}

function digitsOf(half: number): string {
  return (half >>> 0).toString(16).padStart(8, '0');
}
