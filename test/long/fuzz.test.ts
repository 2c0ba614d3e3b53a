import { expect, test } from 'vitest';
import { fuzz } from '../fuzz/fuzz.ts';

// As test/fuzz, a hundred times as long. FUZZ_SEED is the first seed; a failure names its own.

const OPERATIONS = 10_000_000;
const SEED = Number(process.env.FUZZ_SEED ?? 1_000_000);
const LENGTHS = { sequence: 5000, batch: 1000 };
const TIMEOUT_MS = 480_000;

test.each(['buddy', 'global-buddy', 'bitmap'])(
  '%s agrees with a simple model for 10^7 operations',
  (allocator) => {
    expect(fuzz(allocator, OPERATIONS, SEED, LENGTHS)?.message).toBeUndefined();
  },
  TIMEOUT_MS,
);
