import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExploreOptions, explore, replay, ScheduleFailed, type Verdict } from 'framelab/explore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// Published packages, unmodified, under the explorer. docs/found.md explains what is found in them.

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'framelab-third-party-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

const scenario = (name: string): URL => new URL(`scenarios/${name}.mjs`, import.meta.url);

async function find(name: string, options: ExploreOptions = {}): Promise<ScheduleFailed> {
  const error = await explore(scenario(name), { seed: 1, directory, ...options }).catch(
    (reason: unknown) => reason,
  );
  if (!(error instanceof ScheduleFailed)) throw new Error('nothing found', { cause: error });
  return error;
}

describe('what is found in published packages, and found again by replay', () => {
  const found: Record<string, [Verdict, RegExp]> = {
    'await-sync': ['lost-wakeup', /thread 0 notified memory\+0x0 at step \d+, before thread 1 slept/],
    'multithreading-semaphore': [
      'lost-wakeup',
      /state\+0x0 has changed from 0 to 1, and thread 2 was not woken|was not woken/,
    ],
    'sync-threads': ['exception', /call 2 returned 10/],
    'ringbuf-two-producers': ['check', /2 elements pushed, 1 to be read/],
  };
  for (const [name, [verdict, says]] of Object.entries(found)) {
    it(`${name}: ${verdict}`, async () => {
      const error = await find(name);
      expect(error.failure.verdict).toBe(verdict);
      expect(error.message).toMatch(says);
      for (let i = 0; i < 3; i++) expect((await replay(error.replayFile as string)).reproduced).toBe(true);
    });
  }
});

describe('nothing is found, in all orders of Atomics operations', () => {
  // Executions up to equivalence; the numbers change only with the packages.
  const complete = {
    'multithreading-mutex': 318,
    'multithreading-barrier': 64,
    'multithreading-condvar': 52,
    'multithreading-rwlock': 7388,
    'ringbuf-spsc': 231,
    'thread-stream-wait': 234,
    'thread-stream-seqlock': 16,
  };
  for (const [name, executions] of Object.entries(complete)) {
    it(name, async () => {
      const options = { strategy: 'dpor', seed: 1, schedules: 20_000, timeouts: 'any' } as const;
      const result = await explore(scenario(name), options);
      expect([result.atomicsComplete, result.executions]).toEqual([true, executions]);
    });
  }
});

describe('data races', () => {
  it('await-sync waits by Atomics for a word that its worker writes plainly', async () => {
    const { failure } = await find('await-sync', { races: true });
    expect(failure.verdict).toBe('data-race');
    expect(failure.message).toMatch(/Atomics\.wait at step \d+ \(mod\.js:\d+\)/);
    expect(failure.message).toMatch(/plain write \(worker\.js:\d+\)/);
  });

  it('two producers of ringbuf.js write the same element', async () => {
    const { failure } = await find('ringbuf-two-producers', { races: true });
    expect(failure.message).toMatch(
      /plain write \(ringbuf\.ts:\d+\) and thread \d's plain write \(ringbuf\.ts:\d+\)/,
    );
  });

  // Plain payloads and module state, all of them ordered.
  const names = ['mutex', 'barrier', 'condvar'].map((name) => `multithreading-${name}`);
  it.each([...names, 'ringbuf-spsc', 'thread-stream-seqlock'])('none in %s: complete', async (name) => {
    const options = { races: true, strategy: 'dpor', seed: 1, timeouts: 'any' } as const;
    const { complete, unwatched, passedRaces } = await explore(scenario(name), options);
    expect([complete, unwatched, passedRaces]).toEqual([true, [], []]);
  });
});

describe('nothing is found in 2,000 schedules', () => {
  for (const name of ['multithreading-semaphore-same']) {
    it(name, async () => {
      const result = await explore(scenario(name), { seed: 1, schedules: 2000 });
      expect(result.executions).toBe(2000);
    });
  }
});
