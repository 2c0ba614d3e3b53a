import { beforeAll, describe, expect, it } from 'vitest';
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
