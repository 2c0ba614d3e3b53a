import { compareExchange } from './compare_exchange.ts';
import { control } from './control.ts';
import { framePair, framePairZeroed } from './frame_pair.ts';
import { ktest } from './ktest.ts';
import { larson } from './larson.ts';
import { lockPair } from './lock_pair.ts';
import { rawBatch64 } from './raw_batch64.ts';
import { rawMix1m, rawMix1mFull, rawMix100k } from './raw_live.ts';
import { rawMix, rawMixBare } from './raw_mix.ts';
import { rawPair } from './raw_pair.ts';
import type { BenchRow } from './row.ts';
import { segment10 } from './segment10.ts';
import { xmalloc } from './xmalloc.ts';

/** Rows that work on a machine's allocator, in the order of the table. */
export const ALLOCATOR_ROWS: readonly BenchRow[] = [
  rawPair,
  rawBatch64,
  rawMix,
  framePair,
  framePairZeroed,
  segment10,
  ktest,
  rawMixBare,
  larson,
  xmalloc,
  rawMix100k,
  rawMix1m,
  rawMix1mFull,
];

/** Rows that users can ask for. */
export const ROWS: readonly BenchRow[] = [...ALLOCATOR_ROWS, lockPair];

const ALL = new Map([...ROWS, compareExchange, control].map((row) => [row.name, row]));

export function requireRow(name: string): BenchRow {
  const row = ALL.get(name);
  if (row === undefined) throw new Error(`no row '${name}'; there are ${[...ALL.keys()].join(', ')}`);
  return row;
}
