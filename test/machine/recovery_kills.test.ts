import { describe, expect, it } from 'vitest';
import { Random } from '#src/platform/random.js';
import { Hospital, kill } from './hospital.ts';
import { ALLOCATORS } from './treatment.ts';

const KILLS = 50;

describe.each(['tas', 'ttas', 'ttas-backoff', 'ticket', 'mcs', 'park'])('%s locks', (lock) => {
  it(`are broken after each of ${KILLS} holders died, and others go on`, async () => {
    const random = new Random(7, lock.length);
    const allocator = ALLOCATORS[lock.length % 3];
    const hospital = new Hospital({ allocator, lock, cpus: 3, awaitRecovery: true });
    const ends = Array.from({ length: KILLS }, () => ({
      end: 'holder' as const,
      endAt: 1 + random.below(40),
    }));
    const { broken, listed } = await kill(hospital, ends);
    await hospital.close(listed);
    expect(broken).toBeGreaterThanOrEqual(KILLS);
    expect(hospital.ownerDied).toBe(0);
  });
});

describe.each(ALLOCATORS)('workers of a machine with %s', (allocator) => {
  it.each([true, false])(
    'are killed at any moment while others go on (awaitRecovery %s)',
    async (awaitRecovery) => {
      const random = new Random(11, allocator.length);
      const hospital = new Hospital({ allocator, lock: 'park', cpus: 3, awaitRecovery });
      const kinds = ['holder', 'exit', 'terminate'] as const;
      const ends = Array.from({ length: KILLS }, (_, i) => ({
        end: kinds[i % 3],
        endAt: 1 + random.below(60),
      }));
      const { broken, listed } = await kill(hospital, ends);
      await hospital.close(listed);
      expect(broken).toBeGreaterThanOrEqual(KILLS / 3);
      if (awaitRecovery) expect(hospital.ownerDied).toBe(0);
    },
  );
});
