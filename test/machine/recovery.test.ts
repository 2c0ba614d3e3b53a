import { beforeAll, describe, expect, it } from 'vitest';
import { Hospital, kill } from './hospital.ts';
import { LIVES } from './lives.ts';
import { loadMortalKernel, type MortalKernel } from './mortal.ts';
import { ALLOCATORS, treatEach, treatTwice } from './treatment.ts';

let kernel: MortalKernel;

beforeAll(async () => {
  kernel = await loadMortalKernel();
});

// Each store is done in recovery_each_store.test.ts.
describe.each(ALLOCATORS)('a CPU of a machine with %s', (allocator) => {
  it('is recovered, before whichever store it died', () => {
    for (const [i, life] of LIVES.entries()) {
      for (const lock of ['ticket', 'mcs', 'park']) {
        expect(treatEach(kernel, [allocator, lock], life, i, 61)).toBeGreaterThan(0);
      }
    }
  });

  it('is recovered after another died as it did that', () => {
    expect(treatTwice(kernel, [allocator, 'park'], LIVES[0], { first: 97, second: 31 })).toBeGreaterThan(5);
  });
});

describe.each(ALLOCATORS)('a worker of a machine with %s', (allocator) => {
  const ends = [
    { end: 'holder', endAt: 3 },
    { end: 'exit', endAt: 211 },
    { end: 'terminate', endAt: 37 },
  ] as const;

  it('is killed and recovered while others go on, who wait for the recovery', async () => {
    const hospital = new Hospital({ allocator, lock: 'mcs', cpus: 3, awaitRecovery: true });
    const { broken, listed } = await kill(hospital, ends);
    await hospital.close(listed);
    expect(broken).toBeGreaterThan(0);
    expect(hospital.ownerDied).toBe(0);
  });
});
