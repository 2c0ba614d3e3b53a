import { describe, expect, test } from 'vitest';
import { ReadyThreads } from '#src/explore/scenario/ready_threads.js';

/** A run of schedules that start so many threads each, one after the other: what it ends with, and how often it began. */
function run(
  schedules: readonly number[],
  first = 2,
): { readonly all: number; readonly begun: readonly number[] } {
  const ready = new ReadyThreads();
  let all = first;
  const begun = [all];
  for (let i = 0; i < schedules.length; ) {
    const guessed = ready.isGuess(all);
    // A thread asks for one that is not there: that many are known to be needed.
    const needed = Math.min(schedules[i], all + 1);
    if (needed <= all && !(guessed && needed < all)) {
      i++;
      continue;
    }
    all = ready.next(all, needed);
    begun.push(all);
    i = 0;
  }
  return { all, begun };
}

describe('threads that stand ready for Workers', () => {
  test('are in the end as many as are needed, whatever was guessed', () => {
    for (let needed = 2; needed <= 128; needed++) {
      const { all, begun } = run([needed, needed, needed]);
      expect(all).toBe(needed);
      expect(Math.max(...begun)).toBeLessThanOrEqual(128);
      expect(begun.length).toBeLessThanOrEqual(13);
    }
  });

  test('are no more than are needed where they are few', () => {
    expect(run([4]).begun).toEqual([2, 3, 4]);
    expect(run([2]).begun).toEqual([2]);
    // Some that are never needed stand ready from the beginning: that is what was asked for.
    expect(run([1], 2).begun).toEqual([2]);
  });

  test('are as many as any schedule needs', () => {
    expect(run([5, 3, 9, 5, 2]).all).toBe(9);
    expect(run([20, 3, 21, 20]).all).toBe(21);
  });
});
