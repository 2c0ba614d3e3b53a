import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type ExploreOptions,
  type ExploreResult,
  explore,
  ScheduleFailed,
  type Verdict,
} from 'framelab/explore';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenario } from './paths.ts';

// The allocator and its locks under control: every shared structure, with a fixed budget of schedules.

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'framelab-machine-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function machine(name: string, query: Record<string, string> = {}): URL {
  const url = scenario(`machine/${name}.mjs`);
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
  return url;
}

const planted = (name: string): string => fileURLToPath(new URL(`../planted/${name}.js`, import.meta.url));

async function find(url: URL, options: ExploreOptions = {}): Promise<ScheduleFailed> {
  const error = await explore(url, { seed: 1, directory, schedules: 300, ...options }).catch(
    (reason: unknown) => reason,
  );
  if (!(error instanceof ScheduleFailed)) throw new Error('nothing found', { cause: error });
  return error;
}

/** A loop that ends by itself after so many looks: with fewer as spin limit, what comes after is not explored. */
type Loop = readonly [at: string, looks: number];

/** Every order was run, but for what comes after the looks of that loop. */
function expectAllBut(result: ExploreResult, loop: Loop | undefined): void {
  expect(result.atomicsComplete).toBe(loop === undefined);
  const open = result.remarks.filter((line) => line.startsWith('not complete'));
  if (loop === undefined) {
    expect(open).toEqual([]);
    return;
  }
  const [at, looks] = loop;
  for (const line of open) expect(line).toContain(`the loop at ${at} `);
  expect(open.join()).toContain(`ends by itself after ${looks} iterations`);
}

/** It sleeps on the lock word, and is notified. */
const PARKS: Loop = ['ParkLock.spinThenPark', 64];
/** Naps in a wait for the lock word, which nobody notifies, are as fruitless as looks: what is left open is more than that. */
const leftOpen: Record<'once' | 'twice', Record<string, Loop | undefined>> = {
  once: { park: PARKS },
  twice: {
    park: PARKS,
    // The lock is free and its next owner has not come: after so many looks the others are asked what they intend.
    ticket: ['TicketLock.waitForTurn', 64],
    // After so many looks at its own node, the owner is looked at; 512 looks, and it sleeps there, and is notified.
    mcs: ['McsLock.waitForHead', 64],
  },
};

describe('every lock of ours', () => {
  for (const kind of ['tas', 'ttas', 'ttas-backoff', 'ticket', 'mcs', 'park']) {
    it(`${kind}: two threads that acquire once, every interleaving`, async () => {
      const result = await explore(machine('lock', { kind, n: '1' }), {
        strategy: 'dpor',
        seed: 1,
        schedules: 20_000,
      });
      expectAllBut(result, leftOpen.once[kind]);
    });

    it(`${kind}: three threads that acquire twice, 300 schedules`, async () => {
      const result = await explore(machine('lock', { kind }), {
        strategy: 'pct',
        seed: 1,
        schedules: 300,
        threads: 3,
      });
      expect(result.executions).toBe(300);
    });
  }

  // The numbers are those of the equivalence classes: they change only if the lock's code does, or what counts as
  // equivalent. A loop is held back after one fruitless iteration.
  const executions = { tas: 118, ttas: 166, 'ttas-backoff': 166, park: 166, ticket: 3682, mcs: 95_738 };
  for (const [kind, count] of Object.entries(executions)) {
    it(`${kind}: two threads that acquire twice, every interleaving: ${count} executions`, async () => {
      const options = { strategy: 'dpor', spinLimit: 1, schedules: 200_000, seed: 1 } as const;
      const result = await explore(machine('lock', { kind }), options);
      expectAllBut(result, leftOpen.twice[kind]);
      expect([result.executions, result.pruned]).toEqual([count, 0]);
    }, 900_000);
  }
});

describe('where a lock puts its waiter to sleep', () => {
  // With a spin limit as high as the looks before a sleep (for mcs with the looks at the owner), sleeping and waking are
  // explored like everything else. Only park is woken by somebody: there it matters when a sleep may time out.
  const counts: Record<string, { spinLimit: number; last: number; any: number }> = {
    park: { spinLimit: 64, last: 138, any: 274 },
    ticket: { spinLimit: 512, last: 1034, any: 1034 },
    mcs: { spinLimit: 519, last: 1054, any: 1054 },
  };
  for (const [kind, { spinLimit, ...executions }] of Object.entries(counts)) {
    const options = { strategy: 'dpor', seed: 1, spinLimit } as const;

    for (const timeouts of ['last', 'any'] as const) {
      const count = executions[timeouts];
      it(`${kind}: two threads that acquire once, timeouts ${timeouts}: ${count} executions`, async () => {
        const result = await explore(machine('lock', { kind, n: '1' }), { ...options, timeouts });
        expect([result.atomicsComplete, result.executions]).toEqual([true, count]);
      });
    }

    it(`${kind}: with that limit it does sleep, and below it does not`, async () => {
      const url = machine('lock', { kind, n: '1', 'refuses-parking': '' });
      expect((await find(url, options)).message).toContain('it parked');
      const below = await explore(url, { ...options, spinLimit: spinLimit - 1 });
      expectAllBut(below, leftOpen.once[kind]);
      // That a waiter counts its naps, and fails for it, is what these words leave out.
      expect(below.remarks).toContain('modulo iterations of loops that were shown to be fruitless');
    });
  }
});

describe('every shared structure of the machine, by a fixed budget of schedules', () => {
  const budget: Record<string, [URL, number]> = {
    'the barrier, two rounds': [machine('barrier'), 500],
    'a metadata slot that two make theirs': [machine('slots'), 500],
    'reference counts': [machine('references'), 500],
    'the global pool': [machine('pool', { allocator: 'global-buddy' }), 500],
    'the bitmap': [machine('pool', { allocator: 'bitmap' }), 500],
    'caches and pools of CPUs': [machine('pool', { allocator: 'buddy' }), 500],
    'the on-demand lock and balancing': [machine('balancing'), 500],
    'reclaim, and a CPU that detaches meanwhile': [machine('reclaim'), 300],
    'memory added while running': [machine('hotplug'), 500],
  };
  for (const [name, [url, schedules]] of Object.entries(budget)) {
    it(name, async () => {
      const result = await explore(url, { seed: 1, schedules });
      expect(result.executions).toBeGreaterThan(0);
    });
  }

  // A claim by plain accesses would be no step, and a race (docs/performance.md, "The floor").
  it('a frame that is looked up while it is claimed, every interleaving: 9 executions, and no race', async () => {
    const options = { strategy: 'dpor', seed: 1, schedules: 1000, races: true } as const;
    const result = await explore(machine('stranger'), options);
    expect([result.complete, result.executions]).toEqual([true, 9]);
  });

  it('claims of CPUs, every interleaving', async () => {
    const result = await explore(machine('claim'), { strategy: 'dpor', seed: 1, schedules: 20_000 });
    expect(result.atomicsComplete).toBe(true);
  });

  // A machine's own locks have a deadline, by which they may end a wait at any time: that is left open, and nothing else.
  it('early retirement, every interleaving but for deadlines', async () => {
    const result = await explore(machine('early_retirement'), {
      strategy: 'dpor',
      seed: 1,
      schedules: 20_000,
    });
    expect(result.atomicsComplete).toBe(false);
    expect(result.remarks.filter((line) => line.startsWith('not complete'))).toEqual([
      expect.stringMatching(
        /the loop at ParkLock\.spinThenPark .* looks at a clock: it was not left at every moment$/,
      ),
    ]);
  });
});

describe('every planted bug that more than plain accesses expose is found in a few operations', () => {
  const bugs: Record<string, [Verdict, RegExp]> = {
    handed_out_twice: ['exception', /DoubleAlloc/],
    lost_at_free: ['check', /is lost: it is free/],
    zeroing_skipped: ['exception', /not zeroed/],
    wrong_alignment: ['exception', /is not aligned/],
    merges_in_use: ['check', /but the allocator holds it as free/],
    wrong_free_size: ['check', /held as free twice|is allocated, but the allocator holds it/],
    counter_drift: ['check', /pool: counts \d+ free bytes/],
    stale_head: ['check', /is lost|held as free/],
    releases_twice: ['exception', /NotOwner/],
    never_releases: ['exception', /Relock/],
    hangs_holding: ['livelock', /thread 1 spins on memory/],
    dies_holding: ['exit', /process\.exit\(7\)/],
  };
  for (const [bug, [verdict, says]] of Object.entries(bugs)) {
    it(bug, async () => {
      const error = await find(machine('planted', { bug }));
      expect(error.failure.verdict).toBe(verdict);
      expect(error.message).toMatch(says);
    });
  }

  it('two_holders_lock', async () => {
    const error = await find(machine('lock', { kind: planted('two_holders_lock') }));
    expect(error.message).toMatch(/two threads are inside|its owner is/);
  });

  it('no_owner_check_lock', async () => {
    const error = await find(machine('lock', { kind: planted('no_owner_check_lock'), twice: '' }));
    expect(error.message).toContain('two threads are inside');
  });

  // Only plain accesses race in these: between them there is no operation at which to switch.
  for (const bug of ['no_lock', 'buddy_no_lock', 'refcount_not_atomic']) {
    it(`${bug} is left to a race detector`, async () => {
      const result = await explore(machine('planted', { bug }), {
        strategy: 'dpor',
        seed: 1,
        schedules: 2000,
      });
      expect(result.plainWrites.length).toBeGreaterThan(0);
    });
  }

  it('and none is found where there is none', async () => {
    for (const bug of ['sound', 'sound_lock']) {
      const result = await explore(machine('planted', { bug }), { seed: 1, schedules: 300 });
      expect(result.executions).toBe(300);
    }
    const url = machine('lock', { kind: planted('sound_lock'), twice: '' });
    expect((await explore(url, { seed: 1, schedules: 300 })).executions).toBe(300);
  });
});
