import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exploration, explore, replay, ScheduleFailed, shrink } from 'framelab/explore';
import { describe, expect, it } from 'vitest';
import { scenario } from './paths.ts';

const directory = mkdtempSync(join(tmpdir(), 'framelab-races-'));
const SOURCE = readFileSync(fileURLToPath(scenario('races/structures.mjs')), 'utf8').split('\n');

function kind(name: string): URL {
  const url = scenario('races/structures.mjs');
  url.searchParams.set('v', name);
  return url;
}

const BUILTINS = readFileSync(fileURLToPath(scenario('races/builtins.mjs')), 'utf8').split('\n');

function builtin(name: string): URL {
  const url = scenario('races/builtins.mjs');
  url.searchParams.set('v', name);
  return url;
}

function lineOf(text: string): number {
  return BUILTINS.findIndex((line) => line.includes(text)) + 1;
}

/** The lines of a kind that its comments call racing, from 1. */
function racingLines(name: string): number[] {
  const start = SOURCE.findIndex((line) => line.includes(`'${name}'(`));
  const end = SOURCE.findIndex((line, i) => i > start && /^ {2}\},/.test(line));
  const lines: number[] = [];
  for (let i = start; i < end; i++) {
    if (/\/\/ races/.test(SOURCE[i])) lines.push(SOURCE[i].trim() === '// races' ? i + 2 : i + 1);
  }
  return lines;
}

const names = [...SOURCE.join('\n').matchAll(/^ {2}(?:async )?'([^']+)'\(/gm)].map((match) => match[1]);
const racing = names.filter((name) => racingLines(name).length > 0);
const sound = names.filter((name) => racingLines(name).length === 0);

async function found(...args: Parameters<typeof explore>): Promise<ScheduleFailed> {
  const error = await explore(...args).catch((reason: unknown) => reason);
  if (!(error instanceof ScheduleFailed)) throw new Error('nothing found', { cause: error });
  return error;
}

describe('two accesses that nothing orders', () => {
  it.each(racing)('%s: found, and both accesses are named', async (name) => {
    for (const [seed, strategy] of [
      [1, 'dpor'],
      [2, 'portfolio'],
    ] as const) {
      const { failure } = await found(kind(name), { races: true, seed, strategy, directory });
      expect(failure.verdict).toBe('data-race');
      const lines = [...failure.message.matchAll(/structures\.mjs:(\d+)/g)].map(([, line]) => Number(line));
      expect(lines).toHaveLength(2);
      for (const line of lines) expect(racingLines(name)).toContain(line);
      expect(failure.raced.map(({ stack }) => /structures\.mjs/.test(stack))).toEqual([true, true]);
    }
  });

  it.each(sound)('%s: ordered, so that nothing is said', async (name) => {
    const random = await explore(kind(name), { races: true, seed: 3, strategy: 'random', schedules: 1000 });
    expect(random.executions).toBe(1000);
    const all = await explore(kind(name), { races: true, seed: 3, strategy: 'dpor', timeouts: 'any' });
    expect([all.complete, all.unwatched, all.passedRaces]).toEqual([true, [], []]);
  });

  it('is no find, and nothing is complete, without races', async () => {
    const result = await explore(kind('flag before data'), { seed: 1, strategy: 'dpor' });
    expect([result.complete, result.atomicsComplete]).toEqual([false, true]);
    expect(result.unwatched).toEqual(['plain reads and writes of shared memory']);
  });

  it('says what would have ordered them', async () => {
    const after = await found(kind('read after unlock'), {
      races: true,
      seed: 1,
      strategy: 'dpor',
      directory,
    });
    expect(after.message).toMatch(
      /would be ordered if thread \d had read words\[0\] by Atomics after it|did no atomic write/,
    );
    const none = await found(kind('counter without lock'), { races: true, seed: 1, directory });
    expect(none.message).toContain('store a flag by Atomics after the data');
    const mixed = await found(kind('atomics of two sizes'), { races: true, seed: 1, directory });
    expect(mixed.message).toContain('their ranges overlap without being equal');
  });

  it('replays, and shrinks to a race of the same two lines', async () => {
    const { failure, replayFile } = await found(kind('seqlock with plain payload'), {
      races: true,
      seed: 5,
      strategy: 'random',
      directory,
    });
    const again = await replay(replayFile as string);
    expect([again.failure?.verdict, again.failure?.eventHash]).toEqual(['data-race', failure.eventHash]);
    const small = await shrink(replayFile as string, { timeMs: 2000 });
    expect(small.failure.verdict).toBe('data-race');
    expect(small.failure.steps.length).toBeLessThanOrEqual(failure.steps.length);
  });

  it('is one find for each pair of lines, with all', async () => {
    const { findings } = await exploration(kind('one of two'), {
      races: true,
      all: true,
      seed: 1,
      schedules: 300,
      directory,
    });
    const places = findings.map(({ places }) =>
      places.filter(({ role }) => role === 'access').map(({ line }) => line),
    );
    expect(places.every((lines) => lines.length === 2)).toBe(true);
    expect(new Set(places.map((lines) => lines.sort().join())).size).toBe(findings.length);
    expect(findings.length).toBeGreaterThanOrEqual(2);
  });
});

describe('a loop that waits for two words by plain reads', () => {
  const peterson = (v: string): URL => {
    const url = scenario('races/peterson.mjs');
    url.searchParams.set('v', v);
    return url;
  };

  it.each(['portfolio', 'dpor'])('ends, and what is right is found right by %s', async (strategy) => {
    const result = await explore(peterson('right'), { races: true, seed: 1, strategy, schedules: 500 });
    expect(result.executions).toBeGreaterThan(0);
    expect(result.passedRaces.every((race) => race.startsWith('intended race'))).toBe(true);
  });

  it('and what is wrong is found', async () => {
    const { failure } = await found(peterson('greedy'), { races: true, seed: 1, directory });
    expect(failure.verdict).toBe('exception');
    expect(failure.message).toContain('two have the lock');
  });
});

describe('locks and counts that are planted wrong', () => {
  const planted = (bug: string): URL => {
    const url = scenario('machine/planted.mjs');
    url.searchParams.set('bug', bug);
    return url;
  };

  it.each([
    ['no_lock', /plain write \(set\.ts:\d+\)/],
    ['buddy_no_lock', /plain write \(set\.ts:\d+\)/],
    ['refcount_not_atomic', /plain write \(refcount_not_atomic\.js:\d+\)/],
  ])('%s is a race', async (bug, where) => {
    const { failure } = await found(planted(bug), { races: true, seed: 1, directory });
    expect(failure.verdict).toBe('data-race');
    expect(failure.message).toMatch(where);
  });

  it('the right ones are none', async () => {
    const result = await explore(planted('sound'), { races: true, seed: 1, schedules: 300 });
    expect(result.passedRaces).toEqual([]);
  });
});

describe('what a race does', () => {
  it('is found where the search goes past races, with the race as its cause', async () => {
    const { failure, replayFile } = await found(kind('counter without lock'), {
      races: true,
      raceEffects: true,
      seed: 1,
      directory,
    });
    expect([failure.verdict, failure.cause?.name]).toEqual(['check', 'data race']);
    expect(failure.cause?.sentence).toContain('lost update');
    expect(failure.steps.map(({ operation }) => operation)).toContain('write');
    const again = await replay(replayFile as string);
    expect([again.failure?.verdict, again.failure?.eventHash]).toEqual(['check', failure.eventHash]);
  });

  it('is found of a seqlock that looks once only at its end', async () => {
    const result = await explore(kind('seqlock with plain payload'), {
      raceEffects: true,
      seed: 1,
      strategy: 'dpor',
    });
    // Under sequential consistency it is right.
    expect(result.complete).toBe(true);
    expect(result.passedRaces.length).toBeGreaterThan(0);
  });

  it('ends a loop that waits for a plain write', async () => {
    const result = await explore(kind('waits for a plain flag'), {
      raceEffects: true,
      seed: 1,
      strategy: 'dpor',
    });
    expect([result.complete, result.executions > 1]).toEqual([true, true]);
  });
});

describe('a race that is marked', () => {
  const marked = scenario('races/marked.mjs');

  it('is no find, and is listed with its reason', async () => {
    const result = await explore(marked, { races: true, seed: 1, strategy: 'dpor' });
    expect(result.complete).toBe(true);
    expect(result.passedRaces).not.toEqual([]);
    for (const line of result.passedRaces) {
      expect(line).toMatch(
        /^intended race \(a statistic, of which some may be lost\): plain .*marked\.mjs:10.* of words\[2\]/,
      );
    }
  });

  it('has accesses that are steps: who relies on them is found out', async () => {
    const url = new URL('?v=torn', marked);
    const { failure } = await found(url, { races: true, seed: 1, strategy: 'dpor', directory });
    expect([failure.verdict, failure.message]).toEqual(['check', 'check() failed: the statistic says 1']);
  });

  it('can be allowed by its place, with a reason, where it cannot be marked', async () => {
    const name = kind('counter without lock');
    const line = racingLines('counter without lock')[0];
    const allowRaces = [
      { at: `structures.mjs:${line}`, reason: 'a test' },
      { at: 'structures.mjs:1', reason: 'nothing is there' },
    ];
    const { failure, replayFile } = await found(name, { races: true, allowRaces, seed: 1, directory });
    // What it does is no race any more.
    expect(failure.verdict).toBe('check');
    expect((await replay(replayFile as string)).failure?.verdict).toBe('check');
    const fine = {
      ...allowRaces[0],
      at: `races/structures.mjs:${racingLines('a plain read of an atomic word')[1]}`,
    };
    const result = await explore(kind('a plain read of an atomic word'), {
      races: true,
      allowRaces: [fine, allowRaces[1]],
      seed: 1,
    });
    expect(result.passedRaces.join()).toContain('intended race (a test)');
    expect(result.remarks.join()).toContain('no race was met at structures.mjs:1');
  });

  it.each(['set', 'view', 'reads', 'callback'])('may be the call of a method: %s', async (name) => {
    const result = await explore(builtin(name), { races: true, seed: 1, strategy: 'dpor' });
    expect(result.complete).toBe(true);
    const line = BUILTINS.findIndex((text) => text.includes(` ${name}({`)) + 1;
    for (const passed of result.passedRaces) {
      expect(passed).toMatch(/^intended race \(a hint\): .*plain write \(builtins\.mjs:\d+\)/);
      const lines = [...passed.matchAll(/builtins\.mjs:(\d+)/g)].map((match) => Number(match[1]));
      expect(lines.some((at) => at > line && at <= line + 4)).toBe(true);
    }
    expect(result.passedRaces).not.toEqual([]);
  });

  it('is none where the mark stands at another line, and the call has a place', async () => {
    const { failure } = await found(builtin('other'), { races: true, seed: 1, directory });
    expect(failure.verdict).toBe('data-race');
    const lines = [lineOf('bytes.fill'), lineOf('copyWithin')];
    for (const line of lines) expect(failure.message).toContain(`(builtins.mjs:${line})`);
    const allowRaces = [{ at: `builtins.mjs:${lines[0]}`, reason: 'a test' }];
    const result = await explore(builtin('other'), { races: true, allowRaces, seed: 1, strategy: 'dpor' });
    expect([result.complete, result.passedRaces.join().includes('intended race (a test)')]).toEqual([
      true,
      true,
    ]);
  });

  it.each([
    [{ at: 'structures.mjs', reason: 'x' }, 'at is FILE:LINE'],
    [{ at: 'structures.mjs:3', reason: ' ' }, 'a reason is given'],
    [{ at: 3 }, 'at is FILE:LINE'],
  ])('is refused if it is %j', async (race, why) => {
    await expect(explore(kind('plain flag'), { races: true, allowRaces: [race as never] })).rejects.toThrow(
      why,
    );
  });
});
