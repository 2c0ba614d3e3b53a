import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExploreOptions, type ExploreResult, explore, ScheduleFailed } from 'framelab/explore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resultText } from '#src/explore/search/result.js';
import { scenario } from './paths.ts';

// What is said of an exploration is said only of what was looked at.

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'framelab-complete-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

type Ended = { readonly found?: string; readonly result?: ExploreResult };

async function ended(name: string, options: ExploreOptions = {}): Promise<Ended> {
  try {
    return { result: await explore(scenario(name), { seed: 1, directory, ...options }) };
  } catch (error) {
    if (!(error instanceof ScheduleFailed)) throw error;
    return { found: error.message };
  }
}

async function nothing(name: string, options: ExploreOptions = {}): Promise<ExploreResult> {
  const { found, result } = await ended(name, options);
  if (result === undefined) throw new Error(`found: ${found}`);
  return result;
}

/** No sentence may sound as if all had been looked at. */
function expectNoClaim(result: ExploreResult): void {
  expect(result.complete).toBe(false);
  expect(resultText(result)).not.toMatch(/^complete|every interleaving|^passed/m);
}

describe('plain accesses', () => {
  for (const name of ['plain-deep', 'plain-flag', 'plain-read']) {
    for (const strategy of ['portfolio', 'dpor', 'dfs'] as const) {
      it(`${name} by ${strategy}: found, or said to be unwatched`, async () => {
        const { result } = await ended(`cases/${name}.mjs`, { strategy });
        if (result === undefined) return;
        expectNoClaim(result);
        expect(result.unwatched[0]).toBe('plain reads and writes of shared memory');
      });
    }
  }

  it('are named where they were seen, and keep the portfolio going after dpor has come to its end', async () => {
    const result = await nothing('locks/tas.mjs', { schedules: 1000 });
    expect(result.plainWrites).toEqual(['words[1]']);
    expect(result.executions).toBe(1000);
    const { found } = await ended('cases/plain-deep.mjs');
    expect(found).toMatch(/counted 1/);
  });

  it('that were not seen are still not watched', async () => {
    const result = await nothing('cases/timeout-is-error.mjs', { strategy: 'dpor' });
    expect(result.plainWrites).toEqual([]);
    expectNoClaim(result);
    expect(result.atomicsComplete).toBe(true);
  });
});

describe('a loop with a bound', () => {
  for (const strategy of ['portfolio', 'dpor', 'dfs', 'random', 'pct'] as const) {
    it(`of four looks is left at every moment: ${strategy} finds what is lost`, async () => {
      const { found } = await ended('cases/poll.mjs', { strategy });
      expect(found).toContain('gave up: the message is lost');
    });
  }

  for (const spinLimit of [1, 2, 3]) {
    it(`is, whatever the spin limit: ${spinLimit}`, async () => {
      for (const looks of [2, 3, 9, 16]) {
        const { found } = await ended(`loops/poll.mjs?looks=${looks}`, { strategy: 'dpor', spinLimit });
        expect([looks, found]).toEqual([looks, expect.stringContaining('gave up')]);
      }
    });
  }

  it('of many looks is found by random strategies, and named by dpor', async () => {
    const result = await nothing('loops/poll.mjs?looks=200', { strategy: 'dpor' });
    expect(result.atomicsComplete).toBe(false);
    expect(result.remarks.join('\n')).toMatch(
      /loops\/poll\.mjs:\d+:\d+\) ends by itself after 200 iterations/,
    );
    for (const strategy of ['portfolio', 'random'] as const) {
      const { found } = await ended('loops/poll.mjs?looks=200', { strategy });
      expect([strategy, found]).toEqual([strategy, expect.stringContaining('gave up')]);
    }
  });

  for (const how of ['clock', 'hrtime']) {
    it(`by a ${how} is named, and left early by random schedules only`, async () => {
      const result = await nothing(`loops/poll.mjs?how=${how}`, { strategy: 'dpor' });
      expect(result.atomicsComplete).toBe(false);
      expect(result.remarks.join('\n')).toContain('looks at a clock');
      const { found } = await ended(`loops/poll.mjs?how=${how}`);
      expect(found).toContain('gave up');
      const last = await nothing(`loops/poll.mjs?how=${how}`, { timeouts: 'last', schedules: 500 });
      expect(last.executions).toBe(500);
    });
  }

  it('by random numbers is named', async () => {
    const { result } = await ended('loops/poll.mjs?how=draws&looks=1000', { strategy: 'dpor' });
    if (result === undefined) return;
    expect(result.atomicsComplete).toBe(false);
    expect(result.remarks.join('\n')).toContain('draws random numbers');
  });
});

describe('a loop without a bound', () => {
  for (const kind of ['backoff', 'nested']) {
    it(`${kind}: is shown to be fruitless, so that all orders can be said to be run`, async () => {
      const result = await nothing(`loops/retries.mjs?kind=${kind}`, { strategy: 'dpor' });
      expect([result.atomicsComplete, result.complete]).toEqual([true, false]);
      expect(resultText(result)).toContain('all orders of Atomics operations were run');
    });
  }

  it('may nap on a word that nobody notifies', async () => {
    const result = await nothing('loops/poll.mjs?how=naps', { strategy: 'dpor' });
    expect(result.atomicsComplete).toBe(true);
  });

  it('that sleeps after many looks has a bound', async () => {
    const result = await nothing('loops/retries.mjs?kind=parks', { strategy: 'dpor' });
    expect(result.atomicsComplete).toBe(false);
    expect(result.remarks.join('\n')).toContain('ends by itself after 100 iterations');
  });

  it('is a livelock at once where nobody is left to write, and its schedule ends there', async () => {
    const error = await explore(scenario('loops/stuck.mjs?how=ever'), { seed: 1, directory }).catch(
      (reason: unknown) => reason,
    );
    if (!(error instanceof ScheduleFailed)) throw new Error('nothing found', { cause: error });
    expect(error.failure.verdict).toBe('livelock');
    expect(error.failure.steps.length).toBeLessThan(12);
  });

  it('is none where a deadline or a count ends it in the end', async () => {
    for (const how of ['deadline', 'count']) {
      const result = await nothing(`loops/stuck.mjs?how=${how}`, { schedules: 200 });
      expect([how, result.executions]).toEqual([how, 200]);
    }
  });

  it('is one with a deadline, too, where timeouts never come', async () => {
    const { found } = await ended('loops/stuck.mjs?how=deadline', { timeouts: 'never' });
    expect(found).toMatch(/^livelock/);
  });
});
