import { formatBytes } from '../../platform/units.ts';
import type { RunResult } from '../../results/run_result.ts';
import { type AllocatorFigures, allocatorFigures } from '../figures/allocator_figures.ts';
import { formatCount, formatPercent } from '../figures/format.ts';
import type { Advice } from './advice.ts';
import { remedy } from './remedies.ts';

const CACHE_HIT_LOW_PERCENT = 90;
const STRANDED_HIGH_PERCENT = 25;
const FRAGMENTATION_HIGH = 0.9;
/** After the figures, instead of something to try. */
const LARGE_BLOCKS = ' Usually no setting helps: this workload allocates blocks larger than the caches hold.';

/** Where the allocator's memory is, and which of its caches and pools serve it. */
export function onAllocator(result: RunResult): Advice[] {
  const figures = allocatorFigures(result);
  return [
    missedCaches(result, figures),
    failedThoughFree(result, figures),
    stranded(result, figures),
    inPieces(result),
  ].filter((advice) => advice !== null);
}

function missedCaches(
  { allocator, configuration }: RunResult,
  { cacheHitPercent }: AllocatorFigures,
): Advice | null {
  if (cacheHitPercent === null || cacheHitPercent >= CACHE_HIT_LOW_PERCENT) return null;
  const { poolAllocs = 0, cacheRefills = 0 } = allocator.counters;
  const tooSmall = cacheRefills > poolAllocs / 4;
  return {
    about: 'cost',
    finding: 'Many allocations go past the per-CPU caches.',
    evidence: `${formatPercent(cacheHitPercent)} were served by a cache; ${formatCount(poolAllocs)} went to a pool, ${formatCount(cacheRefills)} of them to refill a cache.${tooSmall ? '' : LARGE_BLOCKS}`,
    advice: tooSmall ? remedy(configuration.allocator, 'caches too small') : null,
  };
}

function failedThoughFree(
  { allocator: { midRun }, configuration }: RunResult,
  { failures }: AllocatorFigures,
): Advice | null {
  const [, thoughFree] = failures;
  if (thoughFree === undefined || thoughFree.count === 0) return null;
  const pieces =
    midRun === null
      ? ''
      : `; at mid-run the largest free block was ${formatBytes(midRun.largestFreeBlockBytes)} of ${formatBytes(midRun.freeBytes)} free`;
  return {
    about: 'cost',
    finding: 'Allocations failed though enough memory was free.',
    evidence: `${formatCount(thoughFree.count)} failed with enough free frames in sum${pieces}.`,
    advice: remedy(configuration.allocator, 'memory in pieces though free') ?? 'requests of fewer frames.',
  };
}

function stranded(
  { configuration }: RunResult,
  { strandedPercent, strandedBytes, reclaims }: AllocatorFigures,
): Advice | null {
  if ((strandedPercent ?? 0) <= STRANDED_HIGH_PERCENT || (reclaims ?? 0) === 0) return null;
  return {
    about: 'cost',
    finding: 'Free memory is stranded in CPUs that do not need it.',
    evidence: `At mid-run ${formatPercent(strandedPercent)} of the free memory (${formatBytes(strandedBytes ?? 0)}) was in CPUs' caches and pools, and ${formatCount(reclaims ?? 0)} times one had to ask the others for it.`,
    advice: remedy(configuration.allocator, 'memory held back by CPUs'),
  };
}

function inPieces({ allocator: { midRun } }: RunResult): Advice | null {
  if (midRun === null || midRun.fragmentation <= FRAGMENTATION_HIGH) return null;
  return {
    about: 'cost',
    finding: 'Free memory is in pieces.',
    evidence: `At mid-run the largest free block was ${formatBytes(midRun.largestFreeBlockBytes)}, of ${formatBytes(midRun.freeBytes)} free: ${formatPercent(midRun.fragmentation * 100)} is outside it. Expect large segments to fail first; see the RAM picture.`,
    advice: null,
  };
}
