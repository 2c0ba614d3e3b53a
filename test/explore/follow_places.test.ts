import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { align, isAt } from '#src/explore/regress/alignment.js';
import { laterSwitches, perturbed } from '#src/explore/regress/perturb.js';
import { bare, type RecordedPlace } from '#src/explore/replay/places.js';
import { Random } from '#src/platform/random.js';

// How recorded steps are found again among present ones, and how switches are perturbed.

/** A place of a small program: `a`, `b`, ... are lines; a capital letter is the same line, edited. */
function place(letter: string): RecordedPlace {
  const line = letter.toLowerCase();
  const text = letter === line ? `line ${line}` : `line ${line}, edited`;
  return { operation: 'load', memory: `words[${line.charCodeAt(0) - 97}]`, file: 'it.mjs', line: 1, text };
}

function aligned(recorded: string, now: string): string {
  const counterparts = align([...recorded].map(place), [...now].map(place));
  return counterparts.map((at) => (at < 0 ? '-' : at)).join(' ');
}

describe('alignment', () => {
  it.each([
    ['the same steps', 'abc', 'abc', '0 1 2'],
    ['new steps before, between and after', 'abc', 'xaxbcx', '1 3 4'],
    ['steps that are gone', 'abcd', 'ad', '0 - - 1'],
    ['edited lines, by operation and word', 'abc', 'aBc', '0 1 2'],
    ['the line itself rather than another on the same word', 'ab', 'Aab', '1 2'],
    ['a loop that goes round once more, the first rounds first', 'abab', 'ababab', '0 1 2 3'],
    ['nothing', 'abc', 'xyz', '- - -'],
  ])('finds %s', (_, recorded, now, counterparts) => {
    expect(aligned(recorded, now)).toBe(counterparts);
  });

  it('keeps the order, matches equal places alone, and as many as there are in sequence', () => {
    const program = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'A', 'B'), maxLength: 12 });
    fc.assert(
      fc.property(program, program, (recorded, now) => {
        const [was, is] = [recorded, now].map((text) => [...text].map(place));
        const counterparts = align(was, is);
        let before = -1;
        counterparts.forEach((at, i) => {
          if (at < 0) return;
          expect(at).toBeGreaterThan(before);
          expect(isAt(was[i], is[at])).toBe(true);
          before = at;
        });
        // Whatever is recorded once more than it is there now is left out, and nothing else where one is within the other.
        if (now.includes(recorded)) expect(counterparts.filter((at) => at < 0)).toEqual([]);
      }),
    );
  });
});

describe('a line of source', () => {
  it('is compared without spaces and a comment at its end', () => {
    expect(bare('  Atomics.load(words,  0);  // the head')).toBe('Atomics.load(words, 0);');
    expect(bare('a')).not.toBe(bare('b'));
  });
});

describe('switches nearby', () => {
  it('are each made later within what is new at their place, one at a time', () => {
    const all = [
      ...laterSwitches(
        [
          [0, 2],
          [1, 3],
          [0, 1],
        ],
        [1, 0, 2],
      ),
    ];
    expect(all).toEqual([
      [
        [0, 3],
        [1, 3],
        [0, 1],
      ],
      [
        [0, 2],
        [1, 3],
        [0, 2],
      ],
      [
        [0, 2],
        [1, 3],
        [0, 3],
      ],
    ]);
  });

  it('are perturbed by the seed alone, and stay schedules of these threads', () => {
    const stretches = [
      [0, 4],
      [1, 2],
      [2, 5],
      [0, 1],
    ] as const;
    const drawn = (seed: number): (readonly [number, number])[][] => {
      const random = new Random(seed);
      return Array.from(
        { length: 200 },
        () => perturbed(stretches, 3, random) as (readonly [number, number])[],
      );
    };
    expect(drawn(7)).toEqual(drawn(7));
    expect(drawn(7)).not.toEqual(drawn(8));
    for (const [thread, steps] of drawn(7).flat()) {
      expect([0, 1, 2]).toContain(thread);
      expect(steps).toBeGreaterThanOrEqual(1);
    }
    const different = new Set(drawn(7).map((one) => JSON.stringify(one)));
    expect(different.size).toBeGreaterThan(100);
  });
});
