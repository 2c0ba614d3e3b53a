import { describe, expect, test } from 'vitest';
import { run } from '#src/lab/run/run.js';
import { Random } from '#src/platform/random.js';
import { lockKinds } from '#src/sync/registry.js';

// Fifty deaths of a lock's holder for each kind of lock, at places that a seed draws: with recovery nothing is lost and
// the account is right; without, the run ends by the name of what died and with what.

const KILLS = 50;
const AT_ONCE = 10;
const WORKERS = 4;
/** Every allocation takes its lock in the first two; in the third, what goes past the caches. */
const ALLOCATORS = ['bitmap', 'global-buddy', 'buddy'];
const LOCKS = lockKinds()
  .map(({ name }) => name)
  .filter((name) => !name.startsWith('atomics-sync'));

const usual = { workers: WORKERS, warmup: 'off', memory: 2 ** 24, operations: 3000 } as const;

describe.each(LOCKS)('fifty deaths of a holder of %s', (lock) => {
  test('are recovered from, and nothing is lost', async () => {
    const random = new Random(lock.length);
    let recovered = 0;
    for (let done = 0; done < KILLS; done += AT_ONCE) {
      const allocator = ALLOCATORS[(done / AT_ONCE) % ALLOCATORS.length];
      // Buddy takes its lock rarely.
      const most = allocator === 'buddy' ? 2 : 400;
      const faults = Array.from(
        { length: AT_ONCE },
        (_, i) => `kill-holder:${i % WORKERS}@global-pool:${1 + random.below(most)}`,
      );
      const result = await run({ ...usual, lock, allocator, faults, recover: true, seed: done });
      expect(result.findings).toEqual([]);
      expect(result.outcome).toBe('passed');
      expect(result.verdict).toMatchObject({ leakedFrames: 0, memoryReturned: true, auditProblems: [] });
      for (const { death } of result.faults) {
        expect(death).toMatchObject({ locks: ['global-pool'], framesOut: { frames: 0 } });
        expect(death?.recovery?.locksBroken).toEqual(['global-pool']);
        recovered++;
      }
    }
    expect(recovered).toBe(KILLS);
  });

  test('end the run by name without recovery', async () => {
    const random = new Random(lock.length);
    for (let done = 0; done < KILLS; done++) {
      const allocator = ALLOCATORS[done % ALLOCATORS.length];
      const worker = done % WORKERS;
      const faults = [
        `kill-holder:${worker}@global-pool:${1 + random.below(allocator === 'buddy' ? 2 : 400)}`,
      ];
      const result = await run({ ...usual, lock, allocator, faults, seed: done });
      expect(result.outcome).toBe('crashed');
      expect(result.verdict.violations).toEqual([]);
      expect(result.findings.map(({ blames, thread }) => [blames, thread])).toEqual([['scenario', worker]]);
      expect(result.findings[0].message).toContain('holding lock global-pool');
      expect(result.faults[0].death).toMatchObject({ worker, locks: ['global-pool'], recovery: null });
    }
  });
});
