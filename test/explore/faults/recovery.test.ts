import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { explore, replay, type ScheduleFailed, shrink } from '#src/explore/index.js';

// A CPU's thread dies between any two writes of an allocator, of which most are plain ones, and another one recovers the CPU.

const directory = mkdtempSync(join(tmpdir(), 'framelab-recovery-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function recovery(query: Record<string, string>): URL {
  const url = new URL('../scenarios/machine/recovery.mjs', import.meta.url);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

const SEARCH = { seed: 1, directory, races: true } as const;

describe('recovery of a CPU that died at any write', { timeout: 300_000 }, () => {
  for (const allocator of ['global-buddy', 'buddy', 'bitmap']) {
    for (const lock of ['ttas', 'mcs']) {
      it(`leaves nothing lost and nothing broken: ${allocator}, ${lock}`, async () => {
        const { executions } = await explore(recovery({ allocator, lock }), { ...SEARCH, schedules: 1000 });
        // It ends by itself where every order with every death was run.
        expect(executions).toBeGreaterThan(200);
      });
    }
  }

  for (const allocator of ['global-buddy', 'buddy']) {
    it(`finds that what a lock guards is not rebuilt: ${allocator}`, async () => {
      const error = await explore(recovery({ allocator, bug: 'no-rebuild' }), {
        ...SEARCH,
        schedules: 1000,
      }).catch((reason: ScheduleFailed) => reason);
      const { failure, replayFile } = error as ScheduleFailed;
      expect(failure.verdict).toBe('check');
      expect(failure.details.join('\n')).toMatch(/the nemesis kills thread 0 before write\(handle\.ram/);
      expect(await replay(replayFile as string)).toMatchObject({ answer: 'still fails', reproduced: true });
      const { failure: smaller, recording } = await shrink(replayFile as string, {
        timeMs: 5000,
        html: null,
      });
      expect(smaller.verdict).toBe('check');
      expect(recording.faults).toEqual({ kill: 1 });
      expect(smaller.steps.filter(({ operation }) => operation === 'fault')).toHaveLength(1);
    });
  }
});
