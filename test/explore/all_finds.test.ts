import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exploration, explore, replay, ScheduleFailed } from 'framelab/explore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { search } from '#src/explore/search/search.js';
import { scenario } from './paths.ts';

// A search that goes on after a find, and keeps one of each kind.

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'framelab-all-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});
const options = () => ({ seed: 1, schedules: 500, directory, all: true });

describe('all: one find of each kind', () => {
  it('keeps three kinds of three bugs, each once, with its first and its shortest schedule', async () => {
    const asked = { ...options(), strategy: 'random' } as const;
    const { finds, result, failed } = await search(scenario('several-bugs.mjs'), asked);
    expect(finds.map((find) => find.failed.failure.verdict).sort()).toEqual([
      'deadlock',
      'exception',
      'lost-wakeup',
    ]);
    expect(failed).toBe(finds[0].failed);
    const times = finds.reduce((sum, find) => sum + find.times, 0);
    expect(times).toBeGreaterThan(finds.length);
    expect(result.remarks).toContainEqual(expect.stringContaining(`${times} schedules failed`));
    expect(result.atomicsComplete).toBe(false);
    for (const { failed: first, shortest } of finds) {
      for (const kept of shortest === undefined ? [first] : [first, shortest]) {
        expect((await replay(kept.replayFile as string)).answer).toBe('still fails');
      }
      if (shortest !== undefined) {
        expect(shortest.failure.verdict).toBe(first.failure.verdict);
        expect(shortest.failure.steps.length).toBeLessThanOrEqual(first.failure.steps.length);
      }
    }
    expect(readdirSync(directory).length).toBeGreaterThanOrEqual(finds.length);
  });

  it('has the same finds for the same seed, with several jobs as well', async () => {
    const kinds = async (jobs: number): Promise<string[]> => {
      const asked = { ...options(), jobs, strategy: 'random', schedules: 200 } as const;
      const { findings } = await exploration(scenario('several-bugs.mjs'), asked);
      return findings.map(({ verdict }) => verdict).sort();
    };
    const once = await kinds(2);
    expect(once.length).toBeGreaterThan(1);
    expect(await kinds(2)).toEqual(once);
  });

  it('throws the first from explore(), and finds nothing where there is nothing', async () => {
    const error = await explore(scenario('several-bugs.mjs'), options()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ScheduleFailed);
    const clean = await search(scenario('lost-update-mended.mjs'), options());
    expect([clean.finds, clean.failed, clean.result.atomicsComplete]).toEqual([[], undefined, true]);
  });

  it('ends with a thread that is of no further use', async () => {
    const { finds } = await search(scenario('verdicts/hang.mjs'), { ...options(), hangMs: 300 });
    expect(finds.at(-1)?.failed.failure.verdict).toBe('hang');
  });
});
