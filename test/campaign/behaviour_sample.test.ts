import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countsOf, sampleOf, unionOf } from '#src/campaign/ledger/behaviour_sample.js';
import { BehaviourTable, makeBehaviourMemory } from '#src/observe/behaviours/behaviour_table.js';

/** A table that has seen these behaviours. */
function tableOf(seen: readonly number[]): SharedArrayBuffer {
  const memory = makeBehaviourMemory();
  const table = new BehaviourTable(memory);
  // A hash spreads: consecutive numbers do not.
  for (const one of seen)
    table.add(Math.imul(one + 1, 0x9e37_79b9) ^ (one << 13), Math.imul(one + 7, 0x85eb_ca6b));
  return memory;
}

const sampled = (seen: readonly number[]) => sampleOf([tableOf(seen)])!;

describe('samples of few behaviours', () => {
  test('say together what one search would have said', () => {
    const drawn = fc.array(fc.array(fc.nat(30), { maxLength: 20 }), { minLength: 1, maxLength: 3 });
    const property = fc.property(drawn, (slices) => {
      const { schedules, distinct, once } = new BehaviourTable(tableOf(slices.flat())).counts;
      expect(countsOf(unionOf(slices.map(sampled)))).toEqual({ schedules, distinct, once, sampled: false });
    });
    fc.assert(property, { numRuns: 8 });
  });

  test('count what two slices saw once each as seen again', () => {
    expect(countsOf(unionOf([sampled([1, 2]), sampled([2, 3])]))).toMatchObject({ distinct: 3, once: 2 });
  });
});

test('samples of many are small, and near', () => {
  const many = Array.from({ length: 20_000 }, (_, i) => i);
  const half = sampled(many.slice(0, 12_000));
  const other = sampled(many.slice(8000));
  expect(half.once.length + half.again.length).toBeLessThanOrEqual(1024);
  const { distinct, once, sampled: isSampled } = countsOf(unionOf([half, other]));
  expect(isSampled).toBe(true);
  expect(distinct).toBeGreaterThan(17_000);
  expect(distinct).toBeLessThan(23_000);
  expect(once).toBeGreaterThan(13_000);
  expect(once).toBeLessThan(19_000);
});

test('no table, no sample', () => expect(sampleOf([])).toBeUndefined());
