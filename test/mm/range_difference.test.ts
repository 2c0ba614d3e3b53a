import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rangeDifference } from '#src/mm/boot/range_difference.js';

type Pair = readonly [number, number];

test.each<[string, Pair, Pair, Pair[]]>([
  [
    'contained',
    [0, 10],
    [3, 7],
    [
      [0, 3],
      [7, 10],
    ],
  ],
  ['all the same', [0, 10], [0, 10], []],
  ['left the same', [0, 10], [0, 5], [[5, 10]]],
  ['right the same', [0, 10], [5, 10], [[0, 5]]],
  ['b empty', [0, 10], [0, 0], [[0, 10]]],
  ['b empty inside a', [0, 10], [5, 5], [[0, 10]]],
  ['b backwards', [0, 10], [7, 3], [[0, 10]]],
  ['a empty', [0, 0], [0, 10], []],
  ['both empty', [0, 0], [0, 0], []],
  ['left intersected', [5, 10], [0, 6], [[6, 10]]],
  ['right intersected', [5, 10], [6, 12], [[5, 6]]],
  [
    'beyond 32 bits',
    [2 ** 33, 2 ** 40],
    [2 ** 34, 2 ** 35],
    [
      [2 ** 33, 2 ** 34],
      [2 ** 35, 2 ** 40],
    ],
  ],
])('%s', (_, a, b, expected) => {
  const result = rangeDifference({ start: a[0], end: a[1] }, { start: b[0], end: b[1] });
  expect(result).toEqual(expected.map(([start, end]) => ({ start, end })));
});

test('is the set difference', () => {
  const range = fc.tuple(fc.nat(20), fc.nat(20)).map(([start, end]) => ({ start, end }));
  const members = (ranges: { start: number; end: number }[]) =>
    ranges.flatMap(({ start, end }) => Array.from({ length: Math.max(0, end - start) }, (_, i) => start + i));
  fc.assert(
    fc.property(range, range, (a, b) => {
      const rest = rangeDifference(a, b);
      const removed = new Set(members([b]));
      expect(members(rest)).toEqual(members([a]).filter((x) => !removed.has(x)));
      for (const { start, end } of rest) expect(start).toBeLessThan(end);
    }),
    { numRuns: 1000 },
  );
});
