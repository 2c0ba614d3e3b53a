import type { RunResult } from '../../results/run_result.ts';

/** Figures from an allocator's counters; each null if the allocator or the run does not tell. */
export interface AllocatorFigures {
  /** Percent of the allocations that needed no pool. */
  readonly cacheHitPercent: number | null;
  /** Percent of the requests to a CPU's pool that needed no trip to the global one. */
  readonly poolHitPercent: number | null;
  /** Acquisitions of the global pool's lock per allocation or free. */
  readonly globalTripsPerOperation: number | null;
  readonly splitsPerAllocation: number | null;
  readonly mergesPerFree: number | null;
  /** Share of the free memory that CPUs keep from one another, at the middle of the run. */
  readonly strandedPercent: number | null;
  readonly strandedBytes: number | null;
  readonly reclaims: number | null;
  readonly failures: readonly { readonly reason: string; readonly count: number }[];
}

/** The lock of the pool that all CPUs share, in every allocator that has one. */
const GLOBAL_LOCK = 'global-pool';

export function allocatorFigures(result: RunResult): AllocatorFigures {
  const { counters, midRun } = result.allocator;
  const count = (name: string): number | null => counters[name] ?? null;
  // Without the oracle, calls of the allocator are not counted.
  const { verdict, warmup } = result;
  const allocations = verdict.allocationsChecked - (warmup?.allocationsChecked ?? 0) || null;
  const frees = verdict.deallocationsChecked - (warmup?.deallocationsChecked ?? 0) || null;
  const poolAllocs = count('poolAllocs');
  const trips = result.locks.find((lock) => lock.name === GLOBAL_LOCK)?.total.acquisitions ?? null;
  const strandedBytes =
    midRun === null || midRun.perCpu.length === 0
      ? null
      : midRun.perCpu.reduce((sum, cpu) => sum + cpu.cacheBytes + cpu.poolBytes, 0);
  const noMemory = count('noMemory');
  const thoughFree = count('noMemoryThoughFree');
  return {
    cacheHitPercent: percentLeft(poolAllocs, allocations),
    poolHitPercent: percentLeft(count('globalFetches'), poolAllocs),
    globalTripsPerOperation: ratio(
      trips,
      allocations === null || frees === null ? null : allocations + frees,
    ),
    splitsPerAllocation: ratio(count('splits'), allocations),
    mergesPerFree: ratio(count('merges'), frees),
    strandedBytes,
    strandedPercent:
      strandedBytes === null || midRun === null || midRun.freeBytes === 0
        ? null
        : Math.min(100, (strandedBytes / midRun.freeBytes) * 100),
    reclaims: count('reclaims'),
    failures:
      noMemory === null
        ? [{ reason: 'no memory', count: result.totals.noMemory }]
        : [
            { reason: 'no memory: too little was free', count: noMemory - (thoughFree ?? 0) },
            {
              reason: 'no memory though enough was free: in pieces, or held by others',
              count: thoughFree ?? 0,
            },
          ],
  };
}

function ratio(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole === 0 ? null : part / whole;
}

function percentLeft(part: number | null, whole: number | null): number | null {
  const missed = ratio(part, whole);
  return missed === null ? null : Math.max(0, (1 - missed) * 100);
}
