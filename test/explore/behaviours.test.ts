import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExploreOptions, explore } from 'framelab/explore';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BehaviourTable, makeBehaviourMemory } from '#src/observe/behaviours/behaviour_table.js';
import { commandIn } from './command_line.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'framelab-behaviours-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const scenario = (name: string): URL => new URL(`scenarios/${name}`, import.meta.url);

/** What an exploration of it shows. */
async function shown(name: string, options: ExploreOptions) {
  const { executions, behaviours } = await explore(scenario(name), {
    seed: 1,
    schedules: 20_000,
    timeMs: 300_000,
    directory,
    coverage: true,
    ...options,
  });
  return { executions, ...behaviours! };
}

describe('behaviours are counted up to the order of independent operations', () => {
  // Partial-order reduction runs each of them once: what it runs is what there is.
  test.each([
    'lost-update-mended.mjs',
    'locks/tas.mjs',
    'locks/ticket.mjs',
    'locks/ttas.mjs',
    'locks/mcs.mjs',
  ])('%s has as many as dpor runs executions', async (name) => {
    const { executions, distinct, once, schedules } = await shown(name, { strategy: 'dpor' });
    expect(executions).toBeLessThan(20_000);
    expect({ distinct, once, schedules }).toEqual({
      distinct: executions,
      once: executions,
      schedules: executions,
    });
  });

  test('every interleaving shows no others', async () => {
    const all = await shown('lost-update-mended.mjs', { strategy: 'dfs', preemptions: -1 });
    const reduced = await shown('lost-update-mended.mjs', { strategy: 'dpor' });
    expect(all.executions).toBeGreaterThan(reduced.executions);
    expect(all.distinct).toBe(reduced.distinct);
  });

  test('random schedules come to all of them, and to no others', async () => {
    const all = await shown('locks/ticket.mjs', { strategy: 'dpor' });
    const random = await shown('locks/ticket.mjs', { strategy: 'random', timeouts: 'last', spinLimit: 2 });
    expect(random.distinct).toBe(all.distinct);
  });
});

describe('the chance of a new behaviour', () => {
  test('is the share of what was seen once', async () => {
    const few = await shown('fifteen-steps.mjs', { strategy: 'random', schedules: 500 });
    expect(few.once).toBeGreaterThan(100);
    expect(few.chanceOfNew).toBe(few.once / 500);
    expect(few.chanceBelow).toBeNull();
    const [before, last] = few.curve.slice(-2);
    expect(last).toEqual([500, few.distinct]);
    expect(before[1]).toBeLessThan(last[1]);
  });

  test('is below three in n where all was seen again', async () => {
    const { once, chanceOfNew, chanceBelow } = await shown('lost-update-mended.mjs', {
      strategy: 'random',
      schedules: 300,
    });
    expect({ once, chanceOfNew, chanceBelow }).toEqual({ once: 0, chanceOfNew: null, chanceBelow: 0.01 });
  });

  test('is not told of strategies that repeat nothing', async () => {
    const { chanceOfNew, chanceBelow } = await shown('locks/tas.mjs', { strategy: 'dpor' });
    expect([chanceOfNew, chanceBelow]).toEqual([null, null]);
  });
});

test('several jobs show together what they show', async () => {
  const { distinct, schedules, curve } = await shown('locks/ticket.mjs', {
    strategy: 'random',
    timeouts: 'last',
    jobs: 2,
  });
  expect({ distinct, schedules, curve }).toEqual({ distinct: 78, schedules: 20_000, curve: [] });
});

test('the command says it, and nothing where it is not asked for', async () => {
  const argv = ['explore', scenario('lost-update-mended.mjs').href, '--seed', '1', '--strategy', 'random'];
  const { out } = await commandIn(directory, ...argv, '--schedules', '300', '--coverage');
  expect(out).toMatch(/2 behaviours in 300 schedules/);
  expect(out).toMatch(/each was seen again: .* with a chance below 1 %/);
  expect((await commandIn(directory, ...argv, '--schedules', '300')).out).not.toMatch(/behaviour/);
});

describe('a table of behaviours', () => {
  test('tells hashes apart by both halves, and knows which came once', () => {
    const table = new BehaviourTable(makeBehaviourMemory());
    for (const [low, high] of [
      [0, 0],
      [7, 2],
      [7, 4],
      [7, 2],
      [7, 2],
      [1 << 20, 8],
    ]) {
      table.add(low, high);
    }
    expect(table.counts).toMatchObject({ schedules: 6, distinct: 4, once: 3, full: false });
  });

  test('joins another: what both have was seen again', () => {
    const [one, other] = [1, 2].map(() => new BehaviourTable(makeBehaviourMemory()));
    for (const low of [1, 2, 3, 3]) one.add(low, 0);
    for (const low of [2, 4, 4]) other.add(low, 0);
    one.join(other);
    expect(one.counts).toMatchObject({ schedules: 7, distinct: 4, once: 1 });
  });

  test('says so when it is full', () => {
    const table = new BehaviourTable(makeBehaviourMemory());
    for (let i = 1; i <= 800_000; i++) table.add(i * 2_654_435, i * 2);
    expect(table.counts).toMatchObject({ schedules: 800_000, distinct: 786_432, full: true });
  });
});
