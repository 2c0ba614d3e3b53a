import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type ExploreOptions, explore, replay, type ScheduleFailed } from '#src/explore/index.js';

const directory = mkdtempSync(join(tmpdir(), 'framelab-faults-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function scenario(name: string): URL {
  return new URL(`scenarios/${name}`, import.meta.url);
}

const SEARCH = { seed: 1, directory, schedules: 3000 } as const;

async function find(name: string, options: ExploreOptions): Promise<ScheduleFailed> {
  const found = await explore(scenario(name), { ...SEARCH, ...options }).then(
    () => undefined,
    (error: ScheduleFailed) => error,
  );
  if (found?.code !== 'ScheduleFailed') throw new Error(`nothing found in ${name}: ${found?.message}`);
  return found;
}

/** All orders, with every fault. */
async function passes(name: string, options: ExploreOptions): Promise<void> {
  const { atomicsComplete } = await explore(scenario(name), {
    ...SEARCH,
    strategy: 'dpor',
    schedules: 20_000,
    ...options,
  });
  expect(atomicsComplete).toBe(true);
}

describe('no alarm where the code stands it, in any order, at any moment', { timeout: 60_000 }, () => {
  it('a robust lock', () => passes('robust-lock.mjs', {}));
  it('a lock-free counter, two threads of three stopped', () =>
    passes('atomic-counter.mjs', { faults: { stop: 2 } }));
  it('a wait in a loop', () => passes('condition.mjs', { faults: { spuriousWake: 2 } }));
  it('a refusal that is heeded', () => passes('two-frames.mjs', { faults: { noMemory: 2 } }));
  it('the same code without the fault', async () => {
    for (const name of ['spin-lock.mjs', 'condition.mjs?once', 'two-frames.mjs?leaks'])
      await passes(name, {});
    await passes('robust-lock.mjs?forgets', { faults: {} });
  });
});

describe('what is said', { timeout: 60_000 }, () => {
  it('says which faults an exploration looked at that calls itself complete', async () => {
    const result = await explore(scenario('robust-lock.mjs'), { ...SEARCH, strategy: 'dpor' });
    expect(result.faults).toEqual({ kill: 1 });
    const without = await explore(scenario('robust-lock.mjs'), { ...SEARCH, strategy: 'dpor', faults: {} });
    expect(without.faults).toBeUndefined();
  });

  it('names a fault that could never happen', async () => {
    const { remarks } = await explore(scenario('atomic-counter.mjs'), {
      ...SEARCH,
      schedules: 50,
      faults: { noMemory: 1, kill: 1 },
    });
    expect(remarks).toContain('no fault no-memory ever happened: no thread was met that asked mayFail()');
    expect(remarks.join()).not.toContain('no fault kill');
  });

  it.each(['portfolio', 'dpor'])('can all happen to sixteen threads, by %s', async (strategy) => {
    const faults = { kill: 1, stop: 1, spuriousWake: 1, noMemory: 1 };
    const { remarks } = await explore(scenario('all-to-sixteen.mjs'), {
      ...SEARCH,
      schedules: 200,
      strategy,
      faults,
    });
    expect(remarks.join()).not.toContain('ever happened');
  });

  it('refuses what is no fault, and more threads than there is room for', async () => {
    const bad = { faults: { kil: 1 } } as unknown as ExploreOptions;
    await expect(explore(scenario('spin-lock.mjs'), bad)).rejects.toThrow(
      /faults is .*; allowed: an object of kill, stop/,
    );
    const all = { kill: 1, stop: 1, spuriousWake: 1 };
    await expect(explore(scenario('spin-lock.mjs'), { faults: all, threads: 17 })).rejects.toThrow(
      /kill:1, stop:1, spurious-wake:1 there may be 16 threads at most; there are 17/,
    );
  });
});

describe('moments', { timeout: 60_000 }, () => {
  it('are spread over the whole schedule', async () => {
    const { Session } = await import('#src/explore/scenario/session.js');
    for (const strategy of ['random', 'pct', 'pos', 'surw', 'portfolio']) {
      const session = await Session.open({
        scenario: scenario('moments.mjs').href,
        seed: 1,
        stepLimit: 1000,
        spinLimit: 2,
        hangMs: 10_000,
      });
      await session.run({ strategy, schedules: 600 });
      const { killedAt } = session.shared as { killedAt: Int32Array };
      const [begin, middle, end] = [0, 7, 14].map((from) =>
        killedAt.subarray(from, from + 7).reduce((sum, n) => sum + n, 0),
      );
      await session.close();
      const all = begin + middle + end;
      expect(all).toBeGreaterThan(250);
      for (const third of [begin, middle, end]) expect(third, strategy).toBeGreaterThan(all / 8);
    }
  });
});

describe('bounded bypass', { timeout: 60_000 }, () => {
  it('holds of a ticket lock, and not of one that is grabbed', async () => {
    await explore(scenario('queue-lock.mjs'), SEARCH);
    const { failure, replayFile } = await find('queue-lock.mjs?grab', {});
    expect(failure.verdict).toBe('bypass');
    expect(failure.message).toMatch(
      /^Error: thread \d, which waits since step \d+, was overtaken 2 times by thread \d up to step \d+; at most 1 are allowed$|^thread \d, which/,
    );
    expect(await replay(replayFile as string)).toMatchObject({ answer: 'still fails', reproduced: true });
  });
});

it('a replay file holds the faults, and one that is damaged there is refused', {
  timeout: 60_000,
}, async () => {
  const { replayFile } = await find('robust-lock.mjs?forgets', {});
  const recording = JSON.parse(readFileSync(replayFile as string, 'utf8'));
  expect(recording.faults).toEqual({ kill: 1 });
  expect(recording.schedule.some((n: number, i: number) => i % 2 === 0 && n >= 16)).toBe(true);
  const { checksum: _checksum, hmac: _hmac, ...rest } = recording;
  await expect(replay({ ...rest, faults: undefined })).rejects.toThrow(
    /schedule names a thread 1[67]; there are 0 to 1/,
  );
  await expect(replay({ ...rest, faults: { kill: 99 } })).rejects.toThrow(/faults is .*; allowed/);
});
