import type { AllocatorProblem } from '../../mm/global_frame_allocator.ts';
import { formatBytes } from '../../platform/units.ts';
import type { RunResult } from '../../results/run_result.ts';
import { type AllocatorFigures, allocatorFigures } from '../figures/allocator_figures.ts';
import { formatCount, formatPercent } from '../figures/format.ts';
import { percentOfCpu } from '../figures/share_of_time.ts';
import type { Observation, Way } from './advice.ts';

const CACHE_HIT_LOW_PERCENT = 90;
/** Refills among the trips to a pool: where there are fewer, most blocks are of sizes that no cache holds. */
const REFILLS_HIGH = 1 / 8;
const STRANDED_HIGH_PERCENT = 25;
/** Reclaims among the operations from which on they are no single event. */
const RECLAIMS_HIGH = 1e-4;
const FRAGMENTATION_HIGH = 0.9;
/** Failures among the operations from which on the run is one that has no memory left. */
const FAILURES_HIGH = 0.01;
/** About what a trip to a CPU's pool costs: a block split off and merged again. */
const POOL_TRIP_NS = 100;
/** About what asking the other CPUs costs: some hundred looks at whether they answered. */
const RECLAIM_NS = 2000;

/** Where the allocator's memory is, and which of its caches and pools serve it. */
export function onAllocator(result: RunResult): Observation[] {
  const figures = allocatorFigures(result);
  const failed = failures(result, figures);
  return [
    ...failed,
    missedCaches(result, figures),
    stranded(result, figures),
    failed.length > 0 ? null : inPieces(result),
  ].filter((observation) => observation !== null);
}

/** What the allocator itself says that helps against a problem. */
export function remediesFor({ allocator }: RunResult, problem: AllocatorProblem): Way[] {
  return allocator.remedies
    .filter(({ against }) => against === problem)
    .map(({ params, effect }) => ({
      set: Object.fromEntries(Object.entries(params).map(([name, value]) => [`param ${name}`, `${value}`])),
      effect,
    }));
}

/** True if so many allocations found no memory that other figures follow from that. */
export function isOutOfMemory(result: RunResult): boolean {
  return failureCount(allocatorFigures(result)) > FAILURES_HIGH * Math.max(1, result.totals.operations);
}

function failureCount({ failures }: AllocatorFigures): number {
  return failures.reduce((sum, { count }) => sum + Math.max(0, count), 0);
}

function failures(result: RunResult, figures: AllocatorFigures): Observation[] {
  const failed = failureCount(figures);
  if (failed === 0) return [];
  const [, thoughFree] = figures.failures;
  const percent = (failed / Math.max(1, result.totals.operations)) * 100;
  const weight = Math.min(100, percent);
  const { midRun } = result.allocator;
  const though = thoughFree?.count ?? 0;
  if (though <= failed / 2) return [full(result, failed, weight)];
  const held = (figures.strandedPercent ?? 0) > STRANDED_HIGH_PERCENT;
  const pieces =
    midRun === null
      ? ''
      : `; at mid-run the largest free block was ${formatBytes(midRun.largestFreeBlockBytes)} of ${formatBytes(midRun.freeBytes)} free${held ? `, and ${formatPercent(figures.strandedPercent)} of it was in CPUs' caches and pools` : ''}`;
  const evidence = `${formatCount(though)} failed with enough free frames in sum${pieces}.`;
  if (result.memory.filledOnPurpose && !held) {
    return [
      {
        about: 'fine',
        finding: 'Allocations failed, as they are meant to: this workload fills the memory.',
        evidence,
        weight,
        ways: [],
      },
    ];
  }
  return [
    {
      about: 'cost',
      finding: 'Allocations failed though enough memory was free.',
      evidence,
      weight,
      ways: [
        ...(held ? remediesFor(result, 'memory held back by CPUs') : []),
        ...remediesFor(result, 'memory in pieces'),
      ],
      otherwise: 'requests of fewer frames.',
    },
  ];
}

function full(result: RunResult, failed: number, weight: number): Observation {
  const { memory, configuration } = result;
  const evidence = `${formatCount(failed)} of ${formatCount(result.totals.operations)} operations found none of ${formatBytes(configuration.memoryBytes)}.`;
  if (memory.filledOnPurpose) {
    return {
      about: 'fine',
      finding: 'The memory was full, as it is meant to be with this workload.',
      evidence,
      weight,
      ways: [],
    };
  }
  return {
    about: 'cost',
    finding: 'The memory was full.',
    evidence,
    weight,
    ways: [
      {
        set: { memory: formatBytes(configuration.memoryBytes * 2).replace(' ', '') },
        effect: 'twice as much',
      },
    ],
  };
}

function missedCaches(result: RunResult, { cacheHitPercent }: AllocatorFigures): Observation | null {
  if (cacheHitPercent === null || cacheHitPercent >= CACHE_HIT_LOW_PERCENT || isOutOfMemory(result)) {
    return null;
  }
  const { poolAllocs = 0, poolDeallocs = 0, cacheRefills = 0 } = result.allocator.counters;
  const weight = percentOfCpu(result, (poolAllocs + poolDeallocs) * POOL_TRIP_NS);
  const evidence = `${formatPercent(cacheHitPercent)} were served by a cache; ${formatCount(poolAllocs)} went to a pool, ${formatCount(cacheRefills)} of them to refill a cache.`;
  if (cacheRefills < poolAllocs * REFILLS_HIGH) {
    const ways = remediesFor(result, 'sizes without a cache');
    return {
      about: ways.length > 0 ? 'cost' : 'fine',
      finding: 'Many allocations go past the per-CPU caches: no cache holds blocks of their sizes.',
      evidence,
      weight,
      ways,
    };
  }
  return {
    about: 'cost',
    finding: 'Many allocations go past the per-CPU caches.',
    evidence,
    weight,
    ways: remediesFor(result, 'caches too small'),
  };
}

function stranded(
  result: RunResult,
  { strandedPercent, strandedBytes, reclaims }: AllocatorFigures,
): Observation | null {
  const asked = reclaims ?? 0;
  if ((strandedPercent ?? 0) <= STRANDED_HIGH_PERCENT) return null;
  if (asked <= RECLAIMS_HIGH * result.totals.operations) return null;
  return {
    about: 'cost',
    finding: 'Free memory is stranded in CPUs that do not need it.',
    evidence: `At mid-run ${formatPercent(strandedPercent)} of the free memory (${formatBytes(strandedBytes ?? 0)}) was in CPUs' caches and pools, and ${formatCount(asked)} times one had to ask the others for it.`,
    weight: percentOfCpu(result, asked * RECLAIM_NS),
    ways: remediesFor(result, 'memory held back by CPUs'),
  };
}

/** No cost yet: nothing failed. */
function inPieces({ allocator: { midRun } }: RunResult): Observation | null {
  if (midRun === null || midRun.fragmentation <= FRAGMENTATION_HIGH) return null;
  return {
    about: 'fine',
    finding: 'Free memory is in pieces, though no allocation failed for it.',
    evidence: `At mid-run the largest free block was ${formatBytes(midRun.largestFreeBlockBytes)}, of ${formatBytes(midRun.freeBytes)} free: ${formatPercent(midRun.fragmentation * 100)} is outside it. Expect large segments to fail first; see the RAM picture.`,
    weight: 0,
    ways: [],
  };
}
