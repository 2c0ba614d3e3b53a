import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExploreOptions, explore, readRecording, replay, ScheduleFailed } from 'framelab/explore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenario } from './paths.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'framelab-timeouts-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

async function found(name: string, options: ExploreOptions = {}): Promise<ScheduleFailed | undefined> {
  try {
    await explore(scenario(name), { seed: 1, directory, ...options });
    return undefined;
  } catch (error) {
    if (error instanceof ScheduleFailed) return error;
    throw error;
  }
}

async function remarks(name: string, options: ExploreOptions = {}): Promise<string> {
  const result = await explore(scenario(name), { seed: 1, directory, ...options });
  return result.remarks.join('\n');
}

describe('a timeout that is an error', () => {
  for (const strategy of ['portfolio', 'dpor', 'random', 'pct'] as const) {
    it(`is found by ${strategy} where waits may time out at any moment, and replays`, async () => {
      const error = await found('cases/timeout-is-error.mjs', { strategy, timeouts: 'any' });
      expect(error?.failure.verdict).toBe('exception');
      expect(error?.message).toContain('no answer in a minute');
      expect((await replay(error?.replayFile as string)).reproduced).toBe(true);
    });

    it(`is none by ${strategy} where they time out only when nothing else can run, or never`, async () => {
      for (const timeouts of ['last', 'never'] as const) {
        const options = { strategy, timeouts, schedules: 500 };
        expect(await found('cases/timeout-is-error.mjs', options)).toBeUndefined();
      }
    });
  }

  it('is no failure by default, and it is said that it was met', async () => {
    const lines = await remarks('timeouts/gives_up.mjs?then=throw', { schedules: 2000, strategy: 'random' });
    expect(lines).toMatch(/\d+ schedules ended in an error of a thread whose wait had timed out/);
  });

  it('does not keep what follows from an early timeout from being found by default', async () => {
    const error = await found('timeouts/gives_up.mjs?then=forget');
    expect(error?.failure.verdict).toBe('check');
    expect(error?.message).toContain('nobody took the answer');
    expect(readRecording(error?.replayFile as string).timeouts).toBe('any');
    expect((await replay(error?.replayFile as string)).reproduced).toBe(true);
    expect(await found('timeouts/gives_up.mjs?then=forget', { timeouts: 'last' })).toBeUndefined();
  });
});

describe('a lost wake-up that a timeout hides', () => {
  for (const how of ['early', 'silent']) {
    it(`is a remark (${how}), and a failure where timeouts never come`, async () => {
      for (const timeouts of ['mixed', 'last'] as const) {
        const lines = await remarks(`timeouts/hidden.mjs?how=${how}`, { timeouts, schedules: 500 });
        expect(lines).toMatch(/a lost wake-up is hidden by a timeout: .* thread 1 slept on m\[0\]/);
        expect(lines).toContain('--timeouts never');
      }
      const error = await found(`timeouts/hidden.mjs?how=${how}`, { timeouts: 'never' });
      expect(error?.failure.verdict).toBe('lost-wakeup');
      expect((await replay(error?.replayFile as string)).reproduced).toBe(true);
    });
  }

  it('is not said where nothing is lost, and not of a thread that only sleeps for a while', async () => {
    for (const how of ['ok', 'sleep']) {
      const lines = await remarks(`timeouts/hidden.mjs?how=${how}`, { strategy: 'dpor' });
      expect(lines).not.toMatch(/timeout/);
    }
  });
});

describe('what a result says of timeouts', () => {
  it('is the rule that it holds for', async () => {
    for (const timeouts of ['any', 'last', 'never', 'mixed'] as const) {
      const options = { seed: 1, timeouts, strategy: 'dpor', schedules: 100 } as const;
      expect((await explore(scenario('lost-update-mended.mjs'), options)).timeouts).toBe(timeouts);
    }
  });

  it('may come from the scenario', async () => {
    const result = await explore(scenario('timeouts/says.mjs'), { seed: 1, strategy: 'dpor' });
    expect(result.timeouts).toBe('never');
  });
});
