import { describe, expect, test } from 'vitest';
import { ACTORS_MAX, type ActorSet, NARROW_MAX, SET_WORDS } from '#src/control/words/actor_set.js';
import { NarrowSet } from '#src/control/words/narrow_set.js';
import { SET, Sets, wordOf } from '#src/control/words/sets.js';
import { WideSet } from '#src/control/words/wide_set.js';

const KINDS = [
  ['narrow', NarrowSet, NARROW_MAX],
  ['wide', WideSet, ACTORS_MAX],
] as const;

/** A stream of numbers below 1, the same in every run. */
function draws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe.each(KINDS)('%s sets of actors', (_, Kind, most) => {
  const draw = draws(7);
  const actor = (): number => Math.floor(draw() * most);
  const members = (size: number): number[] => Array.from({ length: size }, actor);
  const setOf = (actors: readonly number[]): ActorSet => {
    const set = new Kind();
    for (const one of actors) set.add(one);
    return set;
  };
  const inOrder = (actors: Iterable<number>): number[] => [...new Set(actors)].sort((a, b) => a - b);

  test('hold what was put into them, in order', () => {
    for (let round = 0; round < 200; round++) {
      const actors = members(Math.floor(draw() * 12));
      const set = setOf(actors);
      const expected = inOrder(actors);
      expect(set.toArray()).toEqual(expected);
      expect(set.size).toBe(expected.length);
      expect(set.isEmpty).toBe(expected.length === 0);
      expect(set.first()).toBe(expected[0] ?? -1);
      expected.forEach((one, i) => {
        expect(set.nth(i)).toBe(one);
        expect(set.has(one)).toBe(true);
        expect(set.isOnly(one)).toBe(expected.length === 1);
      });
      const [gone, ...rest] = expected;
      if (gone === undefined) continue;
      set.remove(gone);
      expect(set.toArray()).toEqual(rest);
      expect(set.has(gone)).toBe(false);
    }
  });

  test('are joined, cut and compared', () => {
    for (let round = 0; round < 200; round++) {
      const [a, b] = [inOrder(members(6)), inOrder(members(6))];
      const isIn = (list: readonly number[]) => (one: number) => list.includes(one);
      const isOut = (list: readonly number[]) => (one: number) => !list.includes(one);
      const both = a.filter(isIn(b));
      const border = Math.floor(draw() * (most + 1));
      expect(setOf(a).unite(setOf(b)).toArray()).toEqual(inOrder([...a, ...b]));
      expect(setOf(a).intersect(setOf(b)).toArray()).toEqual(both);
      expect(setOf(a).subtract(setOf(b)).toArray()).toEqual(a.filter(isOut(b)));
      expect(setOf(a).meets(setOf(b))).toBe(both.length > 0);
      expect(setOf(b).copy(setOf(a)).isSameAs(setOf(a))).toBe(true);
      expect(setOf(a).isSameAs(setOf(b))).toBe(a.join() === b.join());
      expect(setOf(a).keepBelow(border).toArray()).toEqual(a.filter((one) => one < border));
      expect(setOf(a).keepFrom(border).toArray()).toEqual(a.filter((one) => one >= border));
      const rest = new Kind();
      expect(rest.copyBut(setOf(a) as never, setOf(b) as never)).toBe(both.length > 0);
      expect(rest.toArray()).toEqual(a.filter(isOut(b)));
    }
  });

  test('are filled up to a number, and hold their ends', () => {
    for (const size of [0, 1, 31, 32, most - 1, most].filter((one) => one <= most)) {
      const set = new Kind().fillTo(size);
      expect(set.size).toBe(size);
      expect(set.first()).toBe(size > 0 ? 0 : -1);
      if (size > 0) expect(set.nth(size - 1)).toBe(size - 1);
      if (size > 0) expect(set.after(size - 1)).toBe(-1);
    }
    expect(
      setOf([most - 1])
        .only(0)
        .toArray(),
    ).toEqual([0]);
  });
});

describe('the sets of the control words', () => {
  const beside = wordOf(SET.COUNT - 1, ACTORS_MAX - 1) + 1;
  const words = (): Int32Array => new Int32Array(beside + SET_WORDS);

  test('do not touch one another', () => {
    const all = words();
    const sets = new Sets(all);
    sets.alive.fill();
    sets.victims.fill();
    sets.enabled.add(ACTORS_MAX - 1);
    sets.enabled.clear();
    expect(sets.alive.size).toBe(ACTORS_MAX);
    expect(sets.victims.size).toBe(ACTORS_MAX);
    expect(sets.held.isEmpty && sets.refused.isEmpty).toBe(true);
    expect([...all.subarray(beside)]).toEqual([0, 0, 0, 0]);
  });

  test('say the same to who sees them as wide as to the threads of a run for which they are narrow', () => {
    const all = words();
    const run = new Sets(all);
    run.use(NARROW_MAX);
    run.enabled.fillTo(NARROW_MAX);
    run.enabled.remove(3);
    expect(new Sets(all).enabled.toArray()).toEqual(run.enabled.toArray());
  });

  test('are forgotten between runs, but for what threads have met outside while they were loaded', () => {
    const all = words();
    const sets = new Sets(all);
    sets.gone.add(ACTORS_MAX - 1);
    sets.outsideWakesLasting.add(1);
    sets.outsideFeedsLasting.add(2);
    sets.acted.add(3);
    sets.forget(true);
    expect(sets.acted.toArray()).toEqual([3]);
    sets.forget(false);
    expect(sets.acted.isEmpty).toBe(true);
    expect(sets.gone.isEmpty).toBe(true);
    expect([sets.outsideWakesLasting.toArray(), sets.outsideFeedsLasting.toArray()]).toEqual([[1], [2]]);
  });
});
