import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ExploreOptions,
  explore,
  renderTable,
  replay,
  ScheduleFailed,
  STRATEGY_NAMES,
  shrink,
} from 'framelab/explore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenario } from './paths.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'framelab-cases-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

async function find(name: string, options: ExploreOptions = {}): Promise<ScheduleFailed> {
  const error = await explore(scenario(name), { seed: 1, directory, ...options }).catch(
    (reason: unknown) => reason,
  );
  if (!(error instanceof ScheduleFailed)) throw new Error('nothing found', { cause: error });
  return error;
}

describe('second-request.mjs', () => {
  it('is a late notify, in every schedule that shows it, and after shrinking', async () => {
    for (const seed of [1, 2, 3]) {
      const error = await find('cases/second-request.mjs', { seed });
      expect(error.failure.cause?.name).toBe('late notify');
      expect(error.message).toMatch(
        /woke thread 0's wait of step \d+ .*s\[0\] still held 1, the value waited on/,
      );
      if (seed > 1) continue;
      const { failure, html } = await shrink(error.replayFile as string);
      expect(failure.cause?.name).toBe('late notify');
      expect(renderTable(failure)).toContain('  cause: late notify: ');
      expect(readFileSync(html as string, 'utf8')).toContain('<b>Cause: late notify.</b>');
    }
  });
});

describe('rejection.mjs: a rejection that nobody handles fails in its own schedule, with its reason', () => {
  for (const strategy of STRATEGY_NAMES) {
    it(strategy, async () => {
      const error = await find('cases/rejection.mjs', { strategy });
      expect(error.failure.verdict).toBe('exception');
      expect(error.message).toMatch(
        /left a rejection unhandled: Error: lost update seen\n.*\n.*rejection\.mjs:\d+/,
      );
      expect((await replay(error.replayFile as string)).reproduced).toBe(true);
    });
  }
});

describe('what a thread leaves to the event loop', () => {
  const left = ['rejection', 'reaction', 'microtask', 'tick', 'timer', 'immediate', 'async-timer'];
  for (const kind of left) {
    it(`${kind}: fails in the schedule that it was left in`, async () => {
      for (const strategy of ['dfs', 'random'] as const) {
        const error = await find(`causes/rejections.mjs?kind=${kind}`, { strategy });
        expect(error.failure.verdict).toBe('exception');
        expect(error.message).toMatch(/came second\n(.*\n)*.*rejections\.mjs/);
        expect((await replay(error.replayFile as string)).reproduced).toBe(true);
      }
    });
  }

  for (const kind of ['handled-at-once', 'handled-later', 'handled-in-a-timer']) {
    it(`${kind}: is no failure`, async () => {
      const result = await explore(scenario(`causes/rejections.mjs?kind=${kind}`), {
        strategy: 'dfs',
        preemptions: -1,
        seed: 1,
      });
      expect(result.executions).toBeGreaterThan(10);
    });
  }

  it('is said where others then wait for ever', async () => {
    const error = await find('causes/rejections.mjs?kind=awaited');
    expect(error.failure.verdict).toBe('exception');
    expect(error.message).toMatch(/thread 0 left a rejection unhandled: Error: came second/);
    expect((await replay(error.replayFile as string)).reproduced).toBe(true);
  });
});

describe('spin-stale-state.mjs', () => {
  it('is a livelock whose cycle is shown once', async () => {
    const error = await find('cases/spin-stale-state.mjs');
    expect(error.failure.verdict).toBe('livelock');
    expect(error.message).toMatch(
      /thread 1 spins .*\n +thread 1 repeats load\(c\[0\]\) = 2; wait\(c\[0\], 0\)/,
    );
    // Its loop was shown to be fruitless: the schedule ends at its first repetitions.
    expect(error.failure.steps.length).toBeLessThan(20);
    const { failure, html } = await shrink(error.replayFile as string);
    const table = renderTable(failure);
    expect(table.split('\n').length).toBeLessThan(40);
    expect(readFileSync(html as string, 'utf8').length).toBeLessThan(45_000);
  });

  it('?v=late: a wait that never sleeps is a remark, by every strategy', async () => {
    for (const strategy of ['portfolio', 'dpor', 'random', 'pct'] as const) {
      const { remarks } = await explore(scenario('cases/spin-stale-state.mjs?v=late'), {
        strategy,
        schedules: 1000,
        seed: 1,
      });
      const said = remarks.filter((remark) => remark.includes('never slept'));
      expect(said).toHaveLength(1);
      expect(said[0]).toMatch(
        /Atomics\.wait\(c\[0\], 0\) at .*spin-stale-state\.mjs:\d+ returned "not-equal"/,
      );
    }
  });

  it('?v=fix: nothing of the kind', async () => {
    const outcome = await explore(scenario('cases/spin-stale-state.mjs?v=fix'), { seed: 1, directory }).catch(
      (reason: unknown) => reason,
    );
    const text = outcome instanceof ScheduleFailed ? outcome.message : JSON.stringify(outcome);
    expect(text).not.toMatch(/livelock|never slept/);
  });
});

describe('waits that are told "not-equal" and are right', () => {
  for (const name of [
    'locks/futex.mjs',
    'causes/semaphore.mjs?v=broadcast',
    'causes/condition.mjs?v=counted',
  ]) {
    it(name, async () => {
      const { remarks } = await explore(scenario(name), { strategy: 'random', schedules: 3000, seed: 1 });
      expect(remarks.filter((remark) => remark.includes('never slept'))).toEqual([]);
    });
  }
});

describe('interleavings of schedules that do not end are short', () => {
  it('verdicts/livelock.mjs, which ends at its first repetitions', async () => {
    const { failure } = await find('verdicts/livelock.mjs');
    expect(failure.steps.length).toBeLessThan(20);
  });

  for (const [name, lines] of [
    ['verdicts/livelock-writing.mjs', 60],
    ['verdicts/starvation.mjs', 40],
    ['verdicts/step-limit.mjs', 40],
  ] as const) {
    it(name, async () => {
      const { failure } = await find(name);
      const table = renderTable(failure);
      expect(failure.steps.length).toBeGreaterThan(2000);
      expect(table.split('\n').length).toBeLessThan(lines);
      expect(table).toMatch(/\.\.\. steps \d+ to \d+ (repeat|are left out)/);
    });
  }
});
