import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explore, exploreProgram, replay, ScheduleFailed } from 'framelab/explore';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FAIL } from '#src/control/words/layout.js';
import { Session } from '#src/explore/scenario/session.js';
import { eventHash } from './event_hash.ts';

// Scenarios that send messages and start Workers. Those with Workers get new ones for every schedule, and run few.

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'framelab-messages-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const url = (name: string): URL => new URL(`../scenarios/messages/${name}`, import.meta.url);
const limits = (schedules: number) => ({ seed: 1, schedules, directory, timeMs: 300_000 }) as const;

async function found(exploring: Promise<unknown>): Promise<{ verdict: string; replayFile: string }> {
  const error = await exploring.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ScheduleFailed)) throw new Error('nothing found', { cause: error });
  return { verdict: error.failure.verdict, replayFile: error.replayFile as string };
}

describe('ports between the threads of a scenario', () => {
  test.each(['flag', 'answers', 'memory', 'handler'])('%s is right', async (name) => {
    const { executions, complete } = await explore(url(`${name}.mjs`), limits(400));
    expect({ executions, complete }).toEqual({ executions: 400, complete: false });
  });

  test('a message that is posted too late is missed, and the find is replayed', async () => {
    const { verdict, replayFile } = await found(explore(url('flag.mjs?v=early'), limits(400)));
    expect(verdict).toBe('exception');
    const again = await replay(replayFile);
    expect(again.reproduced).toBe(true);
  });

  test('a port in the value of setup() is refused, and it says what to do instead', async () => {
    await expect(explore(url('ports-in-setup.mjs'), limits(1))).rejects.toThrow(
      /as ports\[0\], a MessagePort.*thread\(shared, index, attached, \{ ports \}\)/,
    );
  });

  test('dpor is refused, dfs sees each order', async () => {
    await expect(explore(url('flag.mjs'), { ...limits(9), strategy: 'dpor' })).rejects.toThrow(/dpor/);
    for (const outcome of [0, 1, 11, 100, 102, 110, 112]) {
      const { verdict } = await found(
        explore(url(`orders.mjs?v=${outcome}`), { ...limits(400), strategy: 'dfs' }),
      );
      expect(verdict, `${outcome}`).toBe('check');
    }
  });
});

describe('loops that look for messages', () => {
  test.each(['polls.mjs', 'polls.mjs?v=immediate'])('%s ends', async (name) => {
    expect((await explore(url(name), limits(400))).executions).toBe(400);
  });

  test('two that wait for one another are a livelock', async () => {
    expect((await found(explore(url('polls.mjs?v=both'), limits(400)))).verdict).toBe('livelock');
  });

  test('in programs, too', async () => {
    expect((await exploreProgram(url('program-spins.mjs'), limits(6))).executions).toBe(6);
  });
});

describe('Workers that a thread of a scenario starts', () => {
  test('two threads start theirs at the same time', async () => {
    const { threads, executions } = await explore(url('workers.mjs'), limits(6));
    expect({ threads, executions }).toEqual({ threads: 4, executions: 6 });
  });

  test('what they do wrong is found, and replayed', async () => {
    const { verdict, replayFile } = await found(explore(url('workers.mjs?v=lost'), limits(60)));
    expect(verdict).toBe('check');
    expect((await replay(replayFile)).reproduced).toBe(true);
  });

  test('one that is unreferenced ends with its thread, else it keeps that alive', async () => {
    expect((await explore(url('ends.mjs'), limits(4))).executions).toBe(4);
    expect((await found(explore(url('ends.mjs?v=ref'), limits(4)))).verdict).toBe('deadlock');
  });

  test('a remark about the scenario is kept, however its workers are run', async () => {
    const { remarks } = await explore(url('unchecked-workers.mjs'), limits(4));
    expect(remarks).toContainEqual(expect.stringContaining('neither check() nor invariant()'));
  });

  test('one seed gives one execution', async () => {
    const hashes = new Set<string>();
    const limits = { stepLimit: 1000, spinLimit: 8, hangMs: 60_000, workers: 2 };
    const session = await Session.open({ scenario: url('workers.mjs').href, seed: 7, ...limits });
    try {
      for (let i = 0; i < 4; i++) {
        await session.run({ strategy: 'random', schedules: 1 });
        hashes.add(eventHash(session));
      }
    } finally {
      await session.close();
    }
    expect(hashes.size).toBe(1);
  });
});

describe('data races and messages', () => {
  const races = { races: true } as const;

  test('what was written before a message was posted may be read where it was heard', async () => {
    expect((await explore(url('race.mjs'), { ...limits(100), ...races })).executions).toBe(100);
    expect((await found(explore(url('race.mjs?v=late'), { ...limits(100), ...races }))).verdict).toBe(
      'data-race',
    );
  });

  test("a Worker's end comes before its event", async () => {
    expect((await explore(url('worker-race.mjs'), { ...limits(6), ...races })).executions).toBe(6);
    expect((await found(explore(url('worker-race.mjs?v=early'), { ...limits(60), ...races }))).verdict).toBe(
      'data-race',
    );
  });

  test('in programs', async () => {
    const program = url('program-race.mjs');
    expect((await exploreProgram(program, { ...limits(6), ...races })).executions).toBe(6);
    const late = exploreProgram(program, { ...limits(60), ...races, args: ['late'] });
    expect((await found(late)).verdict).toBe('data-race');
  });

  test.each([false, true])('in programs whose workers are reused: %s', async (reuse) => {
    const limits = { seed: 1, stepLimit: 1000, spinLimit: 2, hangMs: 60_000 };
    const verdicts: unknown[] = [];
    for (const args of [[], ['late']]) {
      const session = await Session.open({
        ...limits,
        ...races,
        scenario: url('program-race.mjs').href,
        program: { args, exitCode: 0 },
        reuse,
      });
      try {
        const { failure, noted } = await session.run({ strategy: 'random', schedules: 3 });
        verdicts.push([failure === FAIL.RACE, noted.unwatched]);
      } finally {
        await session.close();
      }
    }
    expect(verdicts).toEqual([
      [false, []],
      [true, []],
    ]);
  });

  test('what cannot be looked at is said', async () => {
    const { unwatched } = await explore(url('workers.mjs'), { ...limits(1), ...races });
    expect(unwatched).toContain(
      'plain accesses of Workers that are started with their text, and not with a file',
    );
  });
});
