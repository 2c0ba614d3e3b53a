import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CellIds } from '#src/campaign/plan/cell_id.js';
import { slicesCell, slicesOf, slicesOfShard } from '#src/campaign/plan/plan.js';
import { readPlan, writePlan } from '#src/campaign/plan/plan_file.js';
import { coresToBind, processesFor } from '#src/campaign/pool/width.js';
import { errorsBy } from '../schemas.ts';
import { exploreCell, plan } from './lines.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'framelab-plan-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const drawnPlan = fc
  .array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 })
  .map((slices) => plan(...slices.map((count, i) => exploreCell(`c${i}`, { slices: count }))));

describe('slices', () => {
  test('have an id each, and a seed each', () => {
    fc.assert(
      fc.property(drawnPlan, (drawn) => {
        const slices = slicesOf(drawn);
        expect(new Set(slices.map(({ id }) => id)).size).toBe(slices.length);
        expect(new Set(slices.map(({ seed }) => seed)).size).toBe(slices.length);
        for (const { id, cell } of slices) expect(slicesCell(id)).toBe(cell.id);
      }),
    );
  });

  test('of shares of one search have the same seed: they must see the same inputs', () => {
    const seeds = slicesOf(plan(exploreCell('s', { shares: true }), exploreCell('r'))).filter(
      ({ cell }) => cell.id === 's',
    );
    expect(new Set(seeds.map(({ seed }) => seed)).size).toBe(1);
  });

  test('belong to one shard each, and every shard has some of each cell', () => {
    fc.assert(
      fc.property(drawnPlan, fc.integer({ min: 1, max: 4 }), (drawn, of) => {
        const shards = Array.from({ length: of }, (_, i) => slicesOfShard(drawn, { number: i + 1, of }));
        const ids = shards.flatMap((slices) => slices.map(({ id }) => id));
        expect(ids.sort()).toEqual(
          slicesOf(drawn)
            .map(({ id }) => id)
            .sort(),
        );
        for (const cell of drawn.cells) {
          if (cell.slices < of) continue;
          for (const slices of shards) expect(slices.some((slice) => slice.cell.id === cell.id)).toBe(true);
        }
      }),
    );
  });
});

test('ids can be names of jobs and of files, and are unique', () => {
  const ids = new CellIds();
  expect(ids.of('test/a b/lock.mjs?kind=mcs', ['pct'])).toBe('lock.mjs?kind=mcs~pct');
  expect(ids.of('other/lock.mjs?kind=mcs', ['pct'])).toBe('lock.mjs?kind=mcs~pct.2');
  expect(ids.of('C:/x/y:z.mjs', ['./mine.mjs'])).toMatch(/^[^:/]+$/);
});

describe('a plan in a folder', () => {
  test('is read as it was written, and fits its schema', () => {
    const written = plan(exploreCell('a'));
    writePlan(folder, written);
    expect(readPlan(folder)).toEqual(written);
    expect(errorsBy('campaign_plan', written)).toEqual([]);
  });

  test('is never replaced by another one', () => {
    expect(() => writePlan(folder, plan(exploreCell('b')))).toThrow(/holds another plan/);
  });

  test.each([
    [
      'edited',
      (text: string) => text.replace('"schedules": 100', '"schedules": 101'),
      /does not fit its content/,
    ],
    ['of another version', (text: string) => text.replace('"version": 1', '"version": 7'), /version 7/],
    ['cut', (text: string) => text.slice(0, 100), /is no JSON/],
    ['something else', () => '{}', /is no plan/],
    [
      'without cells',
      (text: string) => text.replace(/"cells": \[.*\]/s, '"cells": []'),
      /cells must NOT have fewer/,
    ],
  ])('is refused where it is %s', (_, edit, message) => {
    const file = join(folder, 'plan.json');
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, edit(text));
    try {
      expect(() => readPlan(folder)).toThrow(message);
    } finally {
      writeFileSync(file, text);
    }
  });

  test('is missed by name', () => {
    expect(() => readPlan(join(folder, 'none'))).toThrow(/holds no plan.json: make one/);
  });
});

test('so many processes as leave each thread a core', () => {
  const three = plan(exploreCell('a', { options: { threads: 3 } }));
  // Fewer cores than threads: the threads of a slice share a core, and each core has a slice.
  expect([1, 2, 3, 8].map((cores) => processesFor(three, cores))).toEqual([1, 2, 1, 2]);
  expect(processesFor(plan(exploreCell('a')), 8)).toBe(4);
});

test('processes are bound to a core each where there are more threads than cores', () => {
  const two = plan(exploreCell('a'));
  const cores = [4, 5, 6, 7];
  const runs = { kind: 'run', id: 'churn', slices: 1, options: { workload: 'churn' } } as const;
  expect(coresToBind(two, 2, cores, () => true)).toBeNull();
  expect(coresToBind(two, 3, cores, () => true)).toEqual(cores);
  expect(coresToBind(two, 3, cores, () => false)).toBeNull();
  expect(coresToBind(two, 3, null, () => true)).toBeNull();
  // Threads of a run are to run at the same time.
  expect(coresToBind(plan(exploreCell('a'), runs), 3, cores, () => true)).toBeNull();
});
