import { stackText } from '../control/notes/site.ts';
import type { ObserverType, StepObserver } from '../control/thread/observer.ts';
import { FLAG, H, type Layout, R } from '../control/words/layout.ts';
import { KIND, WAIT_NOT_EQUAL } from '../control/words/operation.ts';
import { flagsOf } from '../control/words/record.ts';

/** Waits of one thread for one value of one word that did not sleep, in all its schedules so far. */
export interface FruitlessWait {
  readonly buffer: number;
  readonly offset: number;
  readonly expected: number;
  /** How often it returned 'not-equal'; and again, with the word as it was the time before. */
  readonly missed: number;
  readonly again: number;
  /** Stack of two such misses, one after the other: a loop. */
  readonly stack: string | undefined;
}

interface Count {
  readonly buffer: number;
  readonly offset: number;
  readonly expected: number;
  missed: number;
  again: number;
  stack: string | undefined;
  /** Schedule, step and, where it was taken, stack of the last miss. */
  schedule: number;
  step: number;
  lastStack: string;
}

/** Stacks that are taken of one count's repeated misses at most: each costs microseconds. */
const STACKS_MAX = 64;
/** Counts kept: code that waits for ever new values has no loop that waits for the wrong one. */
const COUNTS_MAX = 256;
/** Steps between two misses that are looked through for a change. */
const STEPS_MAX = 256;

/**
 * Notices loops around a wait that never sleeps: it is told 'not-equal', and comes back to wait for the same value of a
 * word that nobody has changed meanwhile. A loop that waits for the value it has just read never does that.
 */
class FruitlessWaits implements StepObserver {
  private readonly words: Int32Array;
  private readonly layout: Layout;
  private readonly counts = new Map<string, Count>();

  constructor(words: Int32Array, layout: Layout) {
    this.words = words;
    this.layout = layout;
  }

  report(): FruitlessWait[] {
    const report: FruitlessWait[] = [];
    for (const { buffer, offset, expected, missed, again, stack } of this.counts.values()) {
      if (again > 0) report.push({ buffer, offset, expected, missed, again, stack });
    }
    return report;
  }

  step(index: number): void {
    const r = this.layout.trace + index * R.WORDS;
    if (this.words[r + R.HIGH] !== WAIT_NOT_EQUAL) return;
    this.missed(this.words[r + R.BUFFER], this.words[r + R.OFFSET], this.words[r + R.A], index);
  }

  /** A wait returned 'not-equal'. */
  private missed(buffer: number, offset: number, expected: number, step: number): void {
    const count = this.find(buffer, offset, expected);
    if (count === undefined) return;
    count.missed++;
    const schedule = this.words[H.SCHEDULE];
    if (count.schedule === schedule && this.unchanged(count, step)) {
      const again = ++count.again;
      if (again <= STACKS_MAX && count.stack === undefined) {
        const stack = stackText();
        if (stack === count.lastStack) count.stack = stack;
        count.lastStack = stack;
      }
    }
    count.schedule = schedule;
    count.step = step;
  }

  /** Nobody has changed the word since the last miss. */
  private unchanged(count: Count, now: number): boolean {
    const { words, layout } = this;
    if (now - count.step > STEPS_MAX) return false;
    for (let step = count.step + 1; step < now; step++) {
      const r = layout.trace + step * R.WORDS;
      if ((flagsOf(words[r]) & FLAG.CHANGED) === 0 || words[r + R.BUFFER] !== count.buffer) continue;
      // By their first bytes, and those of a 64-bit word around it.
      if (Math.abs(words[r + R.OFFSET] - count.offset) < 8) return false;
    }
    return true;
  }

  private find(buffer: number, offset: number, expected: number): Count | undefined {
    const key = `${buffer} ${offset} ${expected}`;
    let count = this.counts.get(key);
    if (count === undefined && this.counts.size < COUNTS_MAX) {
      count = {
        buffer,
        offset,
        expected,
        missed: 0,
        again: 0,
        stack: undefined,
        schedule: -1,
        step: -1,
        lastStack: '',
      };
      this.counts.set(key, count);
    }
    return count;
  }
}

export const fruitlessWaits: ObserverType = {
  name: 'fruitless-waits',
  kinds: [KIND.WAIT],
  words: () => 0,
  create: ({ engine: { words, layout } }) => new FruitlessWaits(words, layout),
};
