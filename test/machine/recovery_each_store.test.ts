import { beforeAll, describe, expect, it } from 'vitest';
import { LIVES } from './lives.ts';
import { loadMortalKernel, type MortalKernel } from './mortal.ts';
import { ALLOCATORS, treatEach, treatTwice } from './treatment.ts';

let kernel: MortalKernel;

beforeAll(async () => {
  kernel = await loadMortalKernel();
});

describe.each(ALLOCATORS)('a CPU of a machine with %s, dying before each store', (allocator) => {
  it.each(LIVES)('while it $name, is recovered', (life) => {
    expect(treatEach(kernel, [allocator, 'park'], life, 0, 1)).toBeGreaterThan(20);
  });
});

describe.each(['tas', 'ttas', 'ttas-backoff', 'ticket', 'mcs'])(
  'a CPU of a machine with %s locks',
  (lock) => {
    it.each(ALLOCATORS)('is recovered, wherever it dies (%s)', (allocator) => {
      for (const [i, life] of LIVES.entries()) {
        expect(treatEach(kernel, [allocator, lock], life, i, 7)).toBeGreaterThan(2);
      }
    });
  },
);

describe.each(ALLOCATORS)('a CPU that dies as it recovers another (%s)', (allocator) => {
  it.each([LIVES[0], LIVES[2]])('that died while it $name: both are recovered', (life) => {
    const steps = { first: 17, second: 5 };
    expect(treatTwice(kernel, [allocator, 'park'], life, steps)).toBeGreaterThan(100);
  });
});
