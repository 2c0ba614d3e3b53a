import { describe, expect, it } from 'vitest';
import type { ControlContext, StrategyType } from '#src/control/thread/strategy.js';
import { H, layoutFor, R, THREADS_MAX } from '#src/control/words/layout.js';
import { KIND } from '#src/control/words/operation.js';
import { headOf } from '#src/control/words/record.js';
import { Sets } from '#src/control/words/sets.js';
import { strategyType } from '#src/strategies/registry.js';
import { Turns, turnsWords } from '#src/strategies/turns.js';

// Who has the next schedule, by what the schedules before showed: counts alone, so that a seed gives the same turns again.

const WORTH = [3, 1, 4] as const;
const ALL = 0b111;
const STEPS = 16;

/** What the schedules of each member show: the number of a behaviour. */
type Shows = (member: number, schedule: number) => number;

/** Runs so many schedules; returns whose they were. */
function run(schedules: number, shows: Shows, { may = ALL, always = -1 } = {}): number[] {
  const layout = layoutFor({ stepLimit: STEPS, strategyWords: turnsWords(WORTH.length), observerWords: 0 });
  const words = new Int32Array(layout.words);
  const turns = new Turns({ words, layout } as ControlContext, layout.strategy, WORTH);
  return Array.from({ length: schedules }, (_, schedule) => {
    const member = turns.next(may);
    const behaviour = shows(member, schedule);
    words[H.STEP] = STEPS;
    for (let step = 0; step < STEPS; step++) {
      const kind = (behaviour & (1 << step)) === 0 ? KIND.LOAD : KIND.ADD;
      words[layout.trace + step * R.WORDS] = headOf(0, kind, 4, 0);
    }
    turns.took(member, member === always);
    return member;
  });
}

const countOf = (turns: readonly number[], member: number): number =>
  turns.filter((one) => one === member).length;

describe('turns of several strategies', () => {
  it('are by their worth as long as all show something new, and spread', () => {
    const turns = run(800, (_, schedule) => schedule);
    expect([0, 1, 2].map((member) => countOf(turns, member))).toEqual([300, 100, 400]);
    for (let from = 0; from < 800; from += 8) {
      expect(countOf(turns.slice(from, from + 8), 2)).toBe(4);
    }
  });

  it('go to who shows something new, and a quarter of its worth is left to who does not', () => {
    // The one of the least worth alone shows more than the same eight behaviours.
    const shows: Shows = (member, schedule) => (member === 1 ? 8 + schedule : schedule & 7);
    const late = run(4000, shows).slice(2000);
    const shares = [0, 1, 2].map((member) => countOf(late, member) / late.length);
    // 3 and 4 by a quarter and a little, since one is always taken to be new: 0.75 and 1 beside 1.
    expect(shares[1]).toBeGreaterThan(0.33);
    expect(shares[1]).toBeLessThan(0.37);
    expect(shares[2] / shares[0]).toBeGreaterThan(1.2);
    expect(shares[2] / shares[0]).toBeLessThan(1.45);
  });

  it('come back to who shows something new again', () => {
    const shows: Shows = (member, schedule) => (member === 0 && schedule >= 4000 ? schedule : schedule & 7);
    const turns = run(8000, shows);
    const before = countOf(turns.slice(2000, 4000), 0);
    expect(countOf(turns.slice(6000), 0)).toBeGreaterThan(1.5 * before);
  });

  it('count a schedule as new where they are told to, whoever has shown it', () => {
    const late = run(4000, () => 0, { always: 1 }).slice(2000);
    expect(countOf(late, 1) / late.length).toBeGreaterThan(0.33);
  });

  it('are of those only that may, and the same again', () => {
    const shows: Shows = (member, schedule) => schedule % (3 + member);
    const turns = run(100, shows, { may: 0b101 });
    expect(new Set(turns)).toEqual(new Set([0, 2]));
    expect(run(100, shows, { may: 0b101 })).toEqual(turns);
  });

  it('stay the same where a schedule begins again, as it does when a loop was tried in it', () => {
    const type = strategyType('portfolio') as StrategyType;
    const strategyWords = type.words(THREADS_MAX, STEPS);
    const layout = layoutFor({ stepLimit: STEPS, strategyWords, observerWords: 0 });
    const words = new Int32Array(layout.words);
    words[H.STEP_LIMIT] = STEPS;
    words[H.THREADS] = 2;
    const sets = new Sets(words);
    const context = {
      words,
      layout,
      sets,
      params: { depth: 3 },
      takesEffect: () => true,
      diverged: () => {},
    };
    const strategy = type.create(context, layout.strategy);
    const members = Array.from({ length: 64 }, (_, schedule) => {
      words[H.SCHEDULE] = schedule;
      strategy.begin();
      const member = words[layout.strategy];
      strategy.begin();
      expect(words[layout.strategy]).toBe(member);
      return member;
    });
    expect(new Set(members).size).toBe(5);
  });
});
