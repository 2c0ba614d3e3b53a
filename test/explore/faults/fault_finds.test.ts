import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  type ExploreOptions,
  explore,
  renderTable,
  replay,
  type ScheduleFailed,
  shrink,
} from '#src/explore/index.js';

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

const FOUND: readonly (readonly [
  what: string,
  name: string,
  options: ExploreOptions,
  verdict: string,
  fault: RegExp,
])[] = [
  [
    'a lock whose owner was killed',
    'spin-lock.mjs',
    { faults: { kill: 1 } },
    'livelock',
    /kills thread \d before (load|store)\((count|lock)\[0\]/,
  ],
  [
    'a lock that is taken over from the dead, and nothing mended',
    'robust-lock.mjs?forgets',
    {},
    'check',
    /kills thread \d before (load|store)\(pair\[\d\]/,
  ],
  [
    'a lock-based counter',
    'spin-lock.mjs',
    { faults: { stop: 1 } },
    'not-lock-free',
    /stops thread \d for ever before/,
  ],
  [
    'a wake that is taken for the flag',
    'condition.mjs?once',
    { faults: { spuriousWake: 1 } },
    'exception',
    /wakes thread 0, which sleeps on shared\[0\] and was not notified/,
  ],
  [
    'a request whose refusal was not thought of',
    'two-frames.mjs?leaks',
    { faults: { noMemory: 1 } },
    'check',
    /refuses what thread \d asks for/,
  ],
];

describe('found, shown, replayed and shrunk with its fault', { timeout: 60_000 }, () => {
  for (const [what, name, options, verdict, fault] of FOUND) {
    it(what, async () => {
      const { failure, replayFile, recording } = await find(name, options);
      expect(failure.verdict).toBe(verdict);
      expect(failure.details.join('\n')).toMatch(fault);
      expect(renderTable(failure)).toMatch(/\| nemesis/);
      expect(renderTable(failure)).toMatch(fault);
      expect(recording.faults).toBeDefined();
      const replayed = await replay(replayFile as string);
      expect(replayed).toMatchObject({ answer: 'still fails', by: 'turns', reproduced: true });
      const { failure: smaller, after } = await shrink(replayFile as string, { timeMs: 2000, html: null });
      expect(smaller.verdict).toBe(verdict);
      expect(smaller.details.join('\n')).toMatch(fault);
      expect(after.steps).toBeLessThanOrEqual(failure.steps.length);
    });
  }
});

describe('moments', { timeout: 120_000 }, () => {
  it('are the same for the same seed, whatever the strategy', async () => {
    for (const strategy of ['random', 'pct', 'pos', 'surw', 'portfolio'] as const) {
      const options = { strategy, faults: { kill: 1 } };
      const [a, b] = [await find('spin-lock.mjs', options), await find('spin-lock.mjs', options)];
      expect(a.failure.eventHash).toBe(b.failure.eventHash);
    }
  });
});

describe('what is said', { timeout: 120_000 }, () => {
  it('names who was stopped where, and who waits for that', async () => {
    const { failure } = await find('spin-lock.mjs', { faults: { stop: 1 } });
    expect(failure.message).toMatch(
      /^thread \d does not come to its end where thread \d is stopped before \w+\(\w+\[0\].*\) \(spin-lock\.mjs:\d+\)$/,
    );
    expect(failure.cause?.name).toBe('stopped owner');
  });

  it('names the dead owner of a lock', async () => {
    const { failure } = await find('spin-lock.mjs', { faults: { kill: 1 } });
    expect(failure.cause).toMatchObject({ name: 'dead owner', places: ['lock[0]'] });
  });
});
