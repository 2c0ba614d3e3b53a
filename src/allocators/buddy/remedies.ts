import type { Remedies } from '../problem.ts';

/** What the parameters of `buddy` (params.ts) do against what a report finds. */
export const BUDDY_REMEDIES: Remedies = {
  'global lock taken often': 'larger per-CPU caches and pools: --param cache1=512 --param keepFrames=4096.',
  'caches too small':
    'larger caches: --param cache1=256 (blocks of one frame; cache2, cache3 and cache4 for larger).',
  'memory in pieces though free':
    'smaller caches and pools (--param cache1=32 --param keepFrames=16), or requests of fewer frames.',
  'memory held back by CPUs': '--param keepFrames=16 --param cache1=32 keep less of it per CPU.',
};
