import { describe, expect, test } from 'vitest';
import { ReadyThreads } from '#src/explore/scenario/ready_threads.js';

/** A session whose runs have schedules that need so many threads each. */
class Runs {
  readonly ready = new ReadyThreads();
  /** How many threads there were, each time that a run began. */
  readonly begun: number[] = [];
  all: number;

  constructor(all = 2) {
    this.all = all;
  }

  run(schedules: readonly number[]): this {
    this.begun.push(this.all);
    let guessed = this.ready.isGuess(this.all);
    for (let i = 0; i < schedules.length; ) {
      // A thread asks for one that is not there: that many are known to be needed.
      const needed = Math.min(schedules[i], this.all + 1);
      if (needed === this.all) guessed = false;
      if (!guessed) this.ready.settle(this.all);
      if (needed <= this.all && !guessed) {
        i++;
        continue;
      }
      this.all = this.ready.next(this.all, needed);
      guessed = this.ready.isGuess(this.all);
      this.begun.push(this.all);
      i = 0;
    }
    return this;
  }
}

describe('threads that stand ready for Workers', () => {
  test('are in the end as many as are needed, whatever was guessed', () => {
    for (let needed = 2; needed <= 128; needed++) {
      const { all, begun } = new Runs().run([needed, needed, needed]);
      expect(all).toBe(needed);
      expect(Math.max(...begun)).toBeLessThanOrEqual(128);
      expect(begun.length).toBeLessThanOrEqual(13);
    }
  });

  test('are no more than are needed where they are few', () => {
    expect(new Runs().run([4]).begun).toEqual([2, 3, 4]);
    expect(new Runs().run([2]).begun).toEqual([2]);
    // Some that are never needed stand ready from the beginning: that is what was asked for.
    expect(new Runs().run([1]).begun).toEqual([2]);
  });

  test('are as many as any schedule needs', () => {
    expect(new Runs().run([5, 3, 9, 5, 2]).all).toBe(9);
    expect(new Runs().run([20, 3, 21, 20]).all).toBe(21);
  });

  test('stay as they are in later runs, where a guess was right, too', () => {
    // 9 is a guess.
    const runs = new Runs().run([9]);
    expect(runs.begun).toEqual([2, 3, 4, 6, 9]);
    expect(runs.run([3, 9]).begun).toEqual([2, 3, 4, 6, 9, 9]);
  });

  test('are guessed no more where that was in vain', () => {
    const more = Array.from({ length: 36 }, (_, i) => 5 + i);
    const { all, begun } = new Runs().run(more);
    expect(all).toBe(40);
    expect(begun.length).toBeLessThanOrEqual(42);
  });
});
