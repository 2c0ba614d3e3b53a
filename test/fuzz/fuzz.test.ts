import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { loadAllocator } from '#src/allocators/registry.js';
import { fuzz } from './fuzz.ts';

// Random operations, wrong ones among them, against a model, with an audit after each batch. The long test does a hundred
// times as many.

const OPERATIONS = 100_000;

describe('random operations', () => {
  test.each(['buddy', 'global-buddy', 'bitmap'])('%s agrees with a simple model', (allocator) => {
    expect(fuzz(allocator, OPERATIONS, 1)?.message).toBeUndefined();
  });

  test('find a planted fault and shrink it to what it takes', async () => {
    const planted = fileURLToPath(new URL('./planted_allocator.mjs', import.meta.url));
    await loadAllocator(planted);
    const failure = fuzz(planted, OPERATIONS, 1);
    expect(failure?.message).toContain('is lost');
    // A run of 5 frames is allocated, one of 3 is allocated, and it is freed.
    expect(failure?.shrunk.length).toBeLessThanOrEqual(4);
  });
});
