import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describeStrategies, explore, STRATEGY_NAMES, type StrategyName } from 'framelab/explore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Session } from '#src/explore/scenario/session.js';
import { chooseStrategy } from '#src/explore/search/choose_strategy.js';
import { programUrl } from './paths.ts';
import type { Operation, Program } from './program.ts';

// What each strategy promises, on small programs drawn at random: a strategy of our own has the built-in one as its member, and
// writes down what that chose.

let directory: string;
const watched = new Map<Program, Watch>();
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'framelab-contracts-'));
  for (const program of PROGRAMS)
    watched.set(program, await Watch.open(program, join(directory, `${watched.size}`)));
});
afterAll(async () => {
  for (const watch of watched.values()) await watch.close();
  rmSync(directory, { recursive: true });
});

interface Watched {
  readonly outcome: string;
  /** Who ran, step by step. */
  readonly chosen: readonly number[];
  readonly preemptions: number;
}

const STEP_LIMIT = 1000;

/** A program that is explored by a strategy that is watched. */
class Watch {
  private readonly session: Session;
  private readonly strategy: string;
  private readonly file: string;

  private constructor(session: Session, strategy: string, file: string) {
    this.session = session;
    this.strategy = strategy;
    this.file = file;
  }

  static async open(program: Program, file: string): Promise<Watch> {
    const strategy = new URL('strategies/spy.mjs', import.meta.url);
    strategy.searchParams.set('file', file);
    const { own } = await chooseStrategy({ strategy }, STEP_LIMIT);
    const session = await Session.open({
      scenario: programUrl(program).href,
      strategy: own,
      seed: 1,
      stepLimit: STEP_LIMIT,
      spinLimit: 2,
      hangMs: 10_000,
    });
    return new Watch(session, strategy.href, file);
  }

  /** The schedules that a strategy runs, up to its end or so many. */
  async run(member: StrategyName, params: Record<string, number>, schedules: number): Promise<Watched[]> {
    writeFileSync(this.file, '');
    const all = { member: MEMBERS.indexOf(member), ...params };
    await this.session.run({ strategy: this.strategy, params: all, schedules, timeouts: 'last' });
    const lines = readFileSync(this.file, 'utf8').trim().split('\n');
    return lines.map((line) => JSON.parse(line));
  }

  close(): Promise<void> {
    return this.session.close();
  }
}

/** As in strategies/spy.mjs. */
const MEMBERS: readonly StrategyName[] = ['random', 'pct', 'pos', 'surw', 'dfs'];

/** Straight-line programs: no thread ever waits for another. */
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.tuple(fc.constant('load' as const), fc.nat(1)),
  fc.tuple(fc.constant('store' as const), fc.nat(1), fc.nat(2)),
  fc.tuple(fc.constant('add' as const), fc.nat(1), fc.nat(2)),
);
function programsOf(...most: readonly number[]): Program[] {
  const threads = fc.tuple(...most.map((length) => fc.array(operation, { minLength: 1, maxLength: length })));
  return fc.sample(
    threads.map((operations) => ({ threads: operations })),
    { seed: 1, numRuns: 3 },
  );
}

/** All interleavings of so many steps of each thread that switch away from a thread with steps left at most so often. */
function interleavings(steps: readonly number[], bound: number): string[] {
  const found: string[] = [];
  const visit = (left: readonly number[], chosen: string, current: number, preemptions: number): void => {
    if (preemptions > bound) return;
    if (left.every((number) => number === 0)) found.push(chosen);
    left.forEach((number, thread) => {
      if (number === 0) return;
      const preempts = current >= 0 && current !== thread && left[current] > 0;
      const next = left.map((other, i) => (i === thread ? other - 1 : other));
      visit(next, chosen + thread, thread, preemptions + (preempts ? 1 : 0));
    });
  };
  visit(steps, '', -1, 0);
  return found;
}

const SHORT: Program = { threads: [[['add', 0, 1]], [['add', 0, 1]]] };
const PROGRAMS = [SHORT, ...programsOf(3, 3), ...programsOf(2, 2, 1)];

describe('dfs', () => {
  for (const bound of [-1, 0, 1, 2]) {
    const which = bound < 0 ? 'every interleaving' : `every interleaving with at most ${bound} preemptions`;
    it(`runs ${which} once, and ends`, async () => {
      for (const program of PROGRAMS) {
        // A thread's start is a step, too.
        const steps = program.threads.map((operations) => operations.length + 1);
        const expected = interleavings(steps, bound < 0 ? Number.POSITIVE_INFINITY : bound);
        const ran = await watched.get(program)!.run('dfs', { preemptions: bound }, 100_000);
        expect(ran.map(({ chosen }) => chosen.join('')).sort()).toEqual(expected.sort());
        expect(new Set(ran.map(({ outcome }) => outcome))).toEqual(new Set(['complete']));
      }
    });
  }
});

describe('pct', () => {
  for (const depth of [1, 2, 4]) {
    it(`of depth ${depth} preempts at most ${depth - 1} times in a schedule`, async () => {
      for (const program of PROGRAMS) {
        const ran = await watched.get(program)!.run('pct', { depth }, 300);
        expect(ran).toHaveLength(300);
        const most = Math.max(...ran.map(({ preemptions }) => preemptions));
        // All that it may, in some schedule: three points of change seldom fall into five steps.
        expect(most).toBeLessThanOrEqual(depth - 1);
        if (depth <= 2) expect(most).toBe(depth - 1);
      }
    });
  }
});

describe('random, pos and surw', () => {
  for (const name of ['random', 'pos', 'surw'] as const) {
    it(`${name} comes to every interleaving of two short threads`, async () => {
      const ran = await watched.get(SHORT)!.run(name, {}, 300);
      expect(new Set(ran.map(({ chosen }) => chosen.join('')))).toEqual(new Set(interleavings([2, 2], 9)));
    });
  }
});

describe('the list of strategies', () => {
  it('has each that can be chosen, with its parameters', () => {
    const all = describeStrategies();
    expect(all.map(({ name }) => name)).toEqual([...STRATEGY_NAMES]);
    expect(all.filter(({ isDefault }) => isDefault).map(({ name }) => name)).toEqual(['portfolio']);
    expect(all.filter(({ systematic }) => systematic).map(({ name }) => name)).toEqual(['dfs', 'dpor']);
    for (const { description, params } of all) {
      expect(description).not.toBe('');
      for (const param of Object.values(params)) {
        expect(param.default).toBeGreaterThanOrEqual(param.least);
        expect(param.default).toBeLessThanOrEqual(param.most);
      }
    }
    const dfs = all.find(({ name }) => name === 'dfs');
    expect(dfs?.params).toMatchObject({ preemptions: { default: 2, word: { text: 'all', value: -1 } } });
  });
});

describe('parameters', () => {
  const explored = (strategy: string, params: Record<string, number | string>, more = {}) =>
    explore(programUrl(PROGRAMS[0]), { strategy, params, seed: 1, ...more });

  it('are refused under a name that the strategy does not have, with the one that was meant', async () => {
    await expect(explored('pct', { dept: 3 })).rejects.toThrow(
      "the strategy pct has no parameter 'dept'; did you mean 'depth'?",
    );
    await expect(explored('dfs', { rounds: 3 })).rejects.toThrow('it has preemptions');
    await expect(explored('random', { depth: 3 })).rejects.toThrow('it has none');
    await expect(explored('pcd', {})).rejects.toThrow(/allowed: portfolio, .* \(did you mean 'pct'\?\)/);
  });

  it('are refused out of range, with the range', async () => {
    const error = await explored('pct', { depth: 9 }).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'Usage' });
    expect(error.message).toBe('the parameter depth of pct is 9; allowed: whole numbers from 1 to 8');
    await expect(explored('dfs', { preemptions: 'many' })).rejects.toThrow('from 0 to 1000, and "all"');
    await expect(explored('pct', { depth: 2 }, { depth: 3 })).rejects.toThrow('depth is given twice');
  });

  it('take a word for a number, and a number as text', async () => {
    const all = await explored('dfs', { preemptions: 'all' });
    const some = await explored('dfs', { preemptions: '1' });
    expect([all.atomicsComplete, some.atomicsComplete]).toEqual([true, false]);
    expect(some.executions).toBeLessThan(all.executions);
    expect(some.remarks).toContain('all orders of Atomics operations with at most 1 preemptions were run');
  });
});
