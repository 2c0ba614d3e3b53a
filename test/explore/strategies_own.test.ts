import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type ExploreOptions,
  type ExploreResult,
  explore,
  replay,
  ScheduleFailed,
  type StrategyType,
} from 'framelab/explore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkOwnStrategy, wordsOfOwn } from '#src/strategies/own/check.js';
import { commandIn } from './command_line.ts';
import { scenario } from './paths.ts';

const ROOT = join(import.meta.dirname, '../..');

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'framelab-own-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function own(name: string): URL {
  return new URL(`strategies/${name}`, import.meta.url);
}

async function found(name: string, options: ExploreOptions): Promise<ScheduleFailed> {
  const error = await explore(scenario(name), { directory, seed: 1, ...options }).catch((reason) => reason);
  if (!(error instanceof ScheduleFailed)) throw new Error('nothing found', { cause: error });
  return error;
}

describe('a strategy of one’s own that is right', () => {
  it('decides: round robin finds a lost update in its first schedule, and its end is the end', async () => {
    const error = await found('lost-update.mjs', { strategy: own('round-robin.mjs') });
    const { steps } = error.failure;
    expect(steps.map(({ thread }) => thread).slice(0, 4)).toEqual([0, 1, 0, 1]);
    expect(error.recording.found.schedule).toBe(1);
    expect(error.message).toContain('Found by test/explore/strategies/round-robin.mjs in schedule 1, seed 1');

    const result = await explore(scenario('lost-update-mended.mjs'), { strategy: own('round-robin.mjs') });
    expect([result.executions, result.atomicsComplete]).toEqual([1, false]);
    expect(result.remarks.join()).toContain('ended the exploration: that it left nothing out is not checked');
  });

  it('is given its parameters', async () => {
    const options = { strategy: own('round-robin.mjs'), seed: 1 };
    const turns = async (steps?: number | string): Promise<number> => {
      const params: ExploreOptions['params'] = steps === undefined ? {} : { steps };
      const { executions, switches } = await explore(scenario('fifteen-steps.mjs'), { ...options, params });
      expect(executions).toBe(1);
      return switches;
    };
    const byDefault = await turns();
    expect(byDefault).toBeGreaterThan(20);
    expect(await turns('5')).toBeLessThan(byDefault / 2);
    await expect(turns(0)).rejects.toThrow('steps of');
    await expect(turns(0)).rejects.toMatchObject({ code: 'Usage' });
  });

  it('may be made of built-in members, whose end is then its own', async () => {
    const { executions, pruned, remarks } = await explore(scenario('locks/ttas.mjs'), {
      strategy: own('relay.mjs'),
      seed: 1,
    });
    // Every second schedule is one of dpor's classes: see strategies.test.ts.
    expect([executions, pruned]).toEqual([2 * 1422, 0]);
    expect(remarks.join()).not.toContain('not complete');
  });

  it('does what is neither a step nor an input of the code under test, whatever it does', async () => {
    const busy = await found('draws-and-clocks.mjs', { strategy: own('busy.mjs') });
    const quiet = await found('draws-and-clocks.mjs', { strategy: own('busy.mjs?quiet') });
    expect(busy.failure.verdict).toBe('check');
    expect(busy.recording.found.strategy).toMatch(/busy\.mjs$/);
    expect(busy.failure.eventHash).toBe(quiet.failure.eventHash);
    expect(busy.failure.steps).toHaveLength(2 * 12 + 1);
  });
});

describe('the strategy of docs/exploring.md', () => {
  const page = readFileSync(join(ROOT, 'docs/exploring.md'), 'utf8');
  const section = page.slice(page.indexOf('## A strategy of your own'));
  const code = /```js\n(.*?)```/s.exec(section)?.[1] ?? '';

  it('has at most 30 lines, runs, and finds what is replayed without it', async () => {
    expect(code.split('\n').length - 1).toBeLessThanOrEqual(30);
    const folder = join(directory, 'user');
    mkdirSync(join(folder, 'node_modules'), { recursive: true });
    symlinkSync(ROOT, join(folder, 'node_modules/framelab'));
    const file = join(folder, 'meeting.mjs');
    writeFileSync(file, code);
    const error = await found('locks/split.mjs', { strategy: file, params: { switches: 4 } });
    expect(error.recording.found.strategy).toBe(file);
    expect(error.recording.found.schedule).toBeLessThan(50);
    const again = await found('locks/split.mjs', { strategy: pathToFileURL(file), params: { switches: 4 } });
    expect(again.failure.eventHash).toBe(error.failure.eventHash);

    const { unwatched } = await explore(scenario('lost-update-mended.mjs'), {
      strategy: file,
      schedules: 20,
    });
    expect(unwatched).toEqual(['plain reads and writes of shared memory']);

    rmSync(folder, { recursive: true });
    const { reproduced } = await replay(error.replayFile as string, { allowOutside: true });
    expect(reproduced).toBe(true);
  });
});

/** What is wrong, and what is said of it. */
const WRONG: Readonly<Record<string, string | RegExp>> = {
  'cannot-run': 'answered pick() with 5 at step 0; allowed: 0, 1 (the threads that can run), or -1',
  'no-number': "answered pick() with '0' at step 0",
  'no-answer': 'answered pick() with undefined at step 0',
  'half-a-thread': 'answered pick() with 0.5 at step 0',
  promise: 'answered pick() with an object at step 0',
  'abandons-at-once': 'answered pick() with -1 at step 0; let end() return false instead',
  abandons: 'answered pick() with -1 in 10000 schedules in a row',
  'throws-in-pick':
    /threw in pick\(\) at step 0: RangeError: no luck in pick\n {2}at fails .*\n {2}at .*pick .*wrong\.mjs:\d+:\d+/,
  'throws-in-begin': /threw in begin\(\): RangeError: no luck in begin\n {2}at fails .*wrong\.mjs:12/,
  'throws-in-end': /threw in end\(\): RangeError: no luck in end\n {2}at fails .*wrong\.mjs:12/,
  'throws-in-create': /threw in create\(\): RangeError: no luck in create\n {2}at fails .*wrong\.mjs:12/,
  'throws-in-a-worker': 'could not be loaded: no luck in a worker',
  'makes-nothing': 'answered create() with undefined; allowed: an object with pick()',
  'asks-for-no-thread': /pending\(\) was given 7; allowed: 0 to 1\n {2}at .*wrong\.mjs/,
  'writes-beyond-its-words': /RangeError: offset is out of bounds\n.*\n {2}at .*wrong\.mjs/,
  'ends-in-words': "answered end() with 'yes'; allowed: true and false",
  exits: 'ended its worker in pick(): its worker ended with exit code 3',
  sleeps: 'sleeps in pick(), and nothing wakes it',
  'endless-pick': 'ran on in pick(): 0.3 s of CPU time, and no answer',
  'endless-begin': 'ran on in begin(): 0.3 s of CPU time',
  'endless-end': 'ran on in end(): 0.3 s of CPU time',
  'endless-create': 'ran on in create(): 0.3 s of CPU time',
};

describe('a strategy of one’s own that is wrong', () => {
  for (const [fault, message] of Object.entries(WRONG)) {
    it(`is an error of its own: ${fault}`, async () => {
      const strategy = own(`wrong.mjs?${fault}`);
      const ended = explore(scenario('lost-update-mended.mjs'), {
        strategy,
        seed: 1,
        hangMs: 300,
        schedules: 20_000,
      });
      const error = await ended.catch((reason) => reason);
      expect(error).toMatchObject({ code: 'Strategy' });
      expect(error.message).toContain('the strategy test/explore/strategies/wrong.mjs');
      expect(error.message).toMatch(
        message instanceof RegExp ? message : new RegExp(message.replace(/[.()?]/g, '\\$&')),
      );
    });
  }

  it('is no failure of the code under test on the command line: exit code 2, and the line', async () => {
    writeFileSync(join(directory, 'mine.mjs'), readFileSync(own('wrong.mjs')));
    const file = scenario('lost-update-mended.mjs').pathname;
    const { code, err } = await commandIn(
      directory,
      'explore',
      file,
      '--strategy',
      './mine.mjs?throws-in-pick',
    );
    expect(code).toBe(2);
    expect(err).toContain(
      'framelab explore: the strategy ./mine.mjs?throws-in-pick threw in pick() at step 0',
    );
    expect(err).toMatch(/at .*pick \(mine\.mjs:\d+:\d+\)/);
  });

  it('is found right on the command line with its parameters, where it is', async () => {
    writeFileSync(join(directory, 'mine.mjs'), readFileSync(own('round-robin.mjs')));
    const file = scenario('lost-update-mended.mjs').pathname;
    const explored = (...params: string[]) =>
      commandIn(directory, 'explore', file, '--strategy', './mine.mjs', ...params);
    const right = await explored('--param', 'steps=2');
    expect([right.code, right.err]).toEqual([0, '']);
    expect(right.out).toContain('nothing found in 1 executions by ./mine.mjs with 2 threads');
    const wrong = await explored('--param', 'steps=101');
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain(
      'the parameter steps of ./mine.mjs is "101"; allowed: whole numbers from 1 to 100',
    );
  });

  it('is no failure of the code under test with several jobs either', async () => {
    const options = { strategy: own('wrong.mjs?throws-in-end'), seed: 1, jobs: 2 };
    await expect(explore(scenario('lost-update-mended.mjs'), options)).rejects.toMatchObject({
      code: 'Strategy',
    });
  });

  it('does not take a find away that it made before', async () => {
    const error = await found('draws-and-clocks.mjs', { strategy: own('wrong.mjs?throws-in-end') });
    expect(error.failure.verdict).toBe('check');
    expect(error.recording.found.strategy).toMatch(/wrong\.mjs$/);
  });
});

describe('what a module exports is checked, part by part', () => {
  const right = { name: 'mine', create: () => ({ pick: () => 0 }) } satisfies StrategyType;
  const param = { description: '', least: 1, most: 3, default: 2 };
  const refused: readonly (readonly [unknown, string])[] = [
    [undefined, 'exports no strategy: export one under the name strategy, or by default'],
    [() => right, 'exports a function as its strategy'],
    [{ ...right, name: undefined }, 'has no name'],
    [{ ...right, create: undefined }, 'has no create()'],
    [{ ...right, create: 1 }, 'has create: 1; allowed: a function'],
    [{ ...right, systematic: 'yes' }, 'has systematic: "yes"; allowed: true and false'],
    [{ ...right, param: {} }, "has a part 'param'; did you mean 'params'?"],
    [{ ...right, members: ['pcd'] }, 'has a member "pcd"; there are portfolio, random'],
    [
      { ...right, members: ['pct'], params: { depth: { ...param, most: 9 } } },
      'has params.depth from 1 to 9; its member pct takes 1 to 8',
    ],
    [{ ...right, params: { depth: 3 } }, 'has params.depth: 3; allowed: an object'],
    [
      { ...right, params: { depth: { ...param, most: 1.5 } } },
      'has params.depth.most: 1.5; allowed: whole numbers',
    ],
    [
      { ...right, params: { depth: { ...param, default: 4 } } },
      'has params.depth.default: 4, which is not from',
    ],
    [{ ...right, params: { 'a b': param } }, 'has a parameter "a b"'],
    [{ ...right, params: { depth: { ...param, word: 'all' } } }, 'has params.depth.word: "all"; allowed'],
  ];
  for (const [value, message] of refused) {
    it(message, () => {
      expect(() => checkOwnStrategy(value, './mine.mjs')).toThrow(`the strategy ./mine.mjs ${message}`);
    });
  }

  it('and so is what words() answers', () => {
    const words = (answer: () => unknown) => () =>
      wordsOfOwn({ ...right, words: answer as () => number }, 100, './mine.mjs');
    expect(words(() => 7)()).toBe(7);
    expect(words(() => -1)).toThrow('answered words() with -1; allowed: whole numbers from 0 to 16777216');
    expect(words(() => Number.NaN)).toThrow('answered words() with NaN');
    expect(
      words(() => {
        throw new Error('no');
      }),
    ).toThrow('threw in words(): no');
  });

  it('before anything runs', async () => {
    writeFileSync(join(directory, 'none.mjs'), 'export const strategi = {};');
    writeFileSync(join(directory, 'broken.mjs'), 'export const = 1;');
    const explored = (name: string): Promise<ExploreResult> =>
      explore(scenario('lost-update.mjs'), { strategy: join(directory, name) });
    await expect(explored('none.mjs')).rejects.toMatchObject({ code: 'Strategy' });
    await expect(explored('broken.mjs')).rejects.toThrow('could not be loaded: Unexpected token');
    await expect(explored('missing.mjs')).rejects.toMatchObject({ code: 'Usage' });
  });
});
