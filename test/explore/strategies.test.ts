import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explore, ScheduleFailed, STRATEGY_NAMES } from 'framelab/explore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenario } from './paths.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'framelab-strategies-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** How many schedules it took to fail. */
async function schedulesToFail(name: string, options: Parameters<typeof explore>[1]): Promise<number> {
  const error = await explore(scenario(name), { directory, ...options }).catch((reason: unknown) => reason);
  if (!(error instanceof ScheduleFailed)) throw new Error('nothing found', { cause: error });
  return error.recording.found.schedule;
}

describe('every strategy', () => {
  for (const strategy of STRATEGY_NAMES) {
    it(`${strategy} finds a lost update, and the same one with the same seed`, async () => {
      const first = await schedulesToFail('lost-update.mjs', { strategy, seed: 7 });
      const second = await schedulesToFail('lost-update.mjs', { strategy, seed: 7 });
      expect(first).toBe(second);
      expect(first).toBeLessThan(100);
    });

    it(`${strategy} finds nothing in a correct lock`, async () => {
      const result = await explore(scenario('locks/ttas.mjs'), { strategy, seed: 3, schedules: 600 });
      expect(result.executions).toBeGreaterThan(50);
    });
  }
});

describe('a lock whose compare-exchange is split in two', () => {
  // Of 200 seeds, half took 2 schedules or fewer, 192 took 10 or fewer, and none more than 18.
  it('is refuted within two turns of all strategies, with half of the seeds in 3 schedules', async () => {
    const taken: number[] = [];
    for (let seed = 1; seed <= 12; seed++) taken.push(await schedulesToFail('locks/split.mjs', { seed }));
    taken.sort((a, b) => a - b);
    expect([taken[5] <= 3, taken[11] <= 32], taken.join()).toEqual([true, true]);
  }, 300_000);

  it('with three threads too', async () => {
    expect(await schedulesToFail('locks/split.mjs', { seed: 1, threads: 3 })).toBeLessThanOrEqual(10);
  });
});

describe('mutual exclusion of two threads that acquire twice is explored to completion', () => {
  // The numbers of executions are those of the equivalence classes, with spin loops held back after two
  // fruitless iterations: they change only if the lock's code does.
  const executions = { tas: 126, ttas: 1422, ticket: 78, mcs: 3102, futex: 562 };
  for (const [lock, count] of Object.entries(executions)) {
    it(`${lock}: ${count} executions`, async () => {
      const result = await explore(scenario(`locks/${lock}.mjs`), {
        strategy: 'dpor',
        seed: 1,
        schedules: 10_000,
      });
      expect([result.atomicsComplete, result.executions, result.pruned]).toEqual([true, count, 0]);
    });
  }
});

describe('asynchronous threads', () => {
  it('run under control: a lost update between two awaits is found', async () => {
    expect(await schedulesToFail('asynchronous.mjs', { seed: 1 })).toBeLessThan(20);
  });

  for (const timeout of ['own', 'timer']) {
    for (const end of ['ok', 'timed-out']) {
      it(`that wait with a timeout (${timeout}): dpor finds the end ${end}`, async () => {
        const query = `asynchronous-timeout.mjs?${timeout}&refuses=${end}`;
        expect(await schedulesToFail(query, { strategy: 'dpor', seed: 1, timeouts: 'any' })).toBeLessThan(20);
      });
    }
  }
});

describe('what differs between runs of a program by itself', () => {
  it('is made the same: random numbers, clocks, identifiers, timeouts', async () => {
    const result = await explore(scenario('deterministic.mjs'), {
      strategy: 'random',
      schedules: 50,
      seed: 1,
    });
    expect(result.executions).toBe(50);
  });
});

describe('every kind of operation', () => {
  it('on every integer array, also by copies taken at import, is a scheduling point', async () => {
    const result = await explore(scenario('all-operations.mjs'), {
      strategy: 'random',
      schedules: 20,
      seed: 1,
    });
    expect(result.steps / result.executions).toBe(result.threads * 32);
  });
});

describe('parallel jobs', () => {
  it('share the schedules, and the first failure ends all', async () => {
    const result = await explore(scenario('locks/tas.mjs'), {
      strategy: 'pct',
      schedules: 200,
      jobs: 2,
      seed: 1,
    });
    expect(result.executions).toBe(200);
    await expect(explore(scenario('lost-update.mjs'), { jobs: 2, seed: 1, directory })).rejects.toThrow(
      'check',
    );
  });
});
