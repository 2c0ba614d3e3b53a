import { formatBytes, formatDuration } from '../platform/units.ts';
import type { LockResult, RunResult } from '../results/run_result.ts';
import { allocatorFigures } from './allocator_figures.ts';
import { formatCount, formatMany, formatNs, formatPercent, formatRate } from './format.ts';
import { warmupText } from './warmup_text.ts';

/** One thing that the figures say. */
export interface Advice {
  /** `trust`: the figures themselves are in doubt; `cost`: something costs time; `fine`: something does not. */
  readonly about: 'trust' | 'cost' | 'fine';
  /** What is so. */
  readonly finding: string;
  /** The figures that say so. */
  readonly evidence: string;
  /** What to try; null where there is nothing to do. */
  readonly advice: string | null;
}

/** Of all workers' time: below it, waits are not worth anybody's work. */
const WAIT_SHARE_LOW_PERCENT = 1;
const CACHE_HIT_LOW_PERCENT = 90;
const STRANDED_HIGH_PERCENT = 25;
const FRAGMENTATION_HIGH = 0.9;
/** Acquisitions per operation from which a lock is on everybody's way. */
const TRIPS_HIGH = 0.25;
const HAND_OVERS_HIGH = 0.3;
const UTILISATION_HIGH_PERCENT = 50;
const FAIRNESS_LOW = 0.8;
/** The lab's own part of the time of an operation. */
const OVERHEAD_HIGH = 0.25;
/** A time slice of the operating system is some milliseconds: a wait of that length was somebody's preemption. */
const TIME_SLICE_NS = 1e6;

/** What a run's figures say, the most important first, and what to try about it. */
export function adviceOn(result: RunResult): Advice[] {
  if (isTooShort(result)) return onTrust(result);
  return [
    ...onTrust(result),
    ...onLocks(result),
    ...onAllocator(result),
    ...onLatency(result),
    ...onOverhead(result),
  ];
}

/** Fewer operations are the first steps of cold code. */
const OPERATIONS_MIN = 1000;

function isTooShort(result: RunResult): boolean {
  return result.totals.operations < OPERATIONS_MIN;
}

/** CPU time of each worker from which on what the compiler takes at the beginning is a tenth at most. */
const COLD_CPU_MS_MAX = 10_000;

/** Who asked for no warm-up is told once what that means, and no more: it is no fault of the run. */
function onCold({ configuration, durations, warmup, outcome }: RunResult): Advice[] {
  const cpuMs = durations.cpuMs / configuration.workers;
  if (warmup !== null || outcome !== 'passed' || cpuMs > COLD_CPU_MS_MAX) return [];
  return [
    {
      about: 'trust',
      finding: 'There was no warm-up, so the compiler is part of these figures.',
      evidence: `Each worker had ${formatDuration(cpuMs * 1e6)} of CPU time, of which the first second or so runs cold code.`,
      advice: 'leave out --warmup off where speed is asked for.',
    },
  ];
}

/** Of the CPU time that its workers could use, what a run gets on a machine that is its own. */
const BUSY_BELOW_SHARE = 0.9;

function onTrust(result: RunResult): Advice[] {
  return [...onFailure(result), ...doubtsAbout(result), ...onCold(result)];
}

function onFailure({ outcome, verdict, workers, configuration }: RunResult): Advice[] {
  if (outcome === 'passed') return [];
  if (outcome === 'unproved') {
    return [
      {
        about: 'trust',
        finding: 'This run proves nothing.',
        evidence: `${verdict.unproved.join('; ')}.`,
        advice:
          'count what the workload does: recorder.begin(kind) before it, and recorder.end(kind) after it.',
      },
    ];
  }
  const unfinished = workers.filter((worker) => worker.state !== 'finished').length;
  return [
    {
      about: 'trust',
      finding: 'This run did not end well, so its speed means little.',
      evidence: `Outcome: ${outcome}; ${formatMany(verdict.violations.length, 'violation')}, ${unfinished} of ${workers.length} workers did not finish.`,
      advice: `run it again by its seed, ${configuration.seed}, and look at the verdict first.`,
    },
  ];
}

/** Why a run's figures are too noisy to trust; empty where they can be trusted. */
export function doubtsAbout(result: RunResult): Advice[] {
  const found: Advice[] = [];
  const { environment, configuration, durations, warmup } = result;
  if (warmup?.ended === 'not steady') {
    found.push({
      about: 'trust',
      finding: 'The workers were not steady yet when they began to be measured.',
      evidence: `Warm-up: ${warmupText(result)}.`,
      advice:
        'a longer one, as --warmup 10s; or this workload has no steady state: look at throughput over time.',
    });
  }
  if (warmup?.ended === 'cut off') {
    found.push({
      about: 'trust',
      finding: 'This run ended in its warm-up, so nothing was measured.',
      evidence: `Warm-up: ${warmupText(result)}.`,
      advice: null,
    });
  } else if (isTooShort(result)) {
    found.push({
      about: 'trust',
      finding: 'This run was too short to say anything about speed.',
      evidence: `${formatMany(result.totals.operations, 'operation')} in ${formatNs(durations.measuredMs * 1e6)}.`,
      advice: null,
    });
  }
  const [load] = environment.load;
  const couldUseMs = Math.min(configuration.workers, environment.cores) * durations.measuredMs;
  const share = durations.cpuMs > 0 && couldUseMs > 0 ? durations.cpuMs / couldUseMs : null;
  // The load tells of the last minute; a run that got its cores has nothing to complain about.
  if (load > environment.cores * 0.5 && (share === null || share < BUSY_BELOW_SHARE)) {
    found.push({
      about: 'trust',
      finding: 'Other processes were busy: times and rates are worse than this code is.',
      evidence: `The load was ${load.toFixed(2)} on ${environment.cores} cores when the run began${share !== null ? `, and this process had ${formatPercent(share * 100)} of the CPU time that its workers could use` : ''}.`,
      advice: 'a quiet machine, or a comparison by --metric cpu-throughput, which counts CPU time only.',
    });
  }
  const slow = stalls(result);
  if (slow.count > 0) {
    found.push({
      about: 'trust',
      finding: 'The rate was far from steady.',
      evidence: `${slow.count} of ${slow.of} samples were below a quarter of the median of ${formatRate(slow.median)} operations/s.`,
      advice: 'look at throughput over time: another process, or memory running out, shows there.',
    });
  }
  return found;
}

/** Samples in which almost nothing was done. The first and the last are not whole intervals. */
function stalls(result: RunResult): { count: number; of: number; median: number } {
  const rates = result.timeline.samples.slice(1, -1).map((sample) => sample.operationsPerSecond);
  if (rates.length < 8) return { count: 0, of: rates.length, median: 0 };
  const median = [...rates].sort((a, b) => a - b)[rates.length >> 1];
  const count = rates.filter((rate) => rate < median / 4).length;
  // One may be the compiler's, or the collector's.
  return { count: count > Math.max(1, rates.length * 0.05) ? count : 0, of: rates.length, median };
}

function onLocks(result: RunResult): Advice[] {
  const lock = worstLock(result);
  if (lock === null) return [];
  const { configuration, durations } = result;
  const { total } = lock;
  const workersNs = configuration.workers * durations.measuredMs * 1e6;
  const share = workersNs > 0 ? (total.wait.totalNs / workersNs) * 100 : 0;
  const waits = `${formatCount(total.contended)} of ${formatCount(total.acquisitions)} acquisitions waited (${formatPercent(total.missRatio * 100)}), ${formatNs(total.wait.totalNs)} in all`;
  if (share < WAIT_SHARE_LOW_PERCENT) {
    return [
      {
        about: 'fine',
        finding: `Locks do not limit this run; the worst is ${lock.name}.`,
        evidence: `${waits}: ${formatPercent(share)} of the workers' time.`,
        advice: null,
      },
    ];
  }
  return [
    {
      about: 'cost',
      finding: `${lock.name} is the lock that costs most.`,
      evidence: `${waits}: ${formatPercent(share)} of the workers' time, ${formatNs(total.wait.avgNs)} a wait.${whoForWhom(lock)}`,
      advice: null,
    },
    ...whyItCosts(result, lock),
  ];
}

export function worstLock(result: RunResult): LockResult | null {
  const taken = result.locks.filter((lock) => lock.total.acquisitions > 0);
  return taken.reduce<LockResult | null>(
    (worst, lock) => (worst === null || lock.total.wait.totalNs > worst.total.wait.totalNs ? lock : worst),
    null,
  );
}

/** The heaviest cell of the matrix, where there is a choice of one. */
function whoForWhom(lock: LockResult): string {
  const pairs = lock.waitedNs.flatMap((row, holder) => row.map((ns, waiter) => ({ ns, holder, waiter })));
  const most = pairs.reduce((a, b) => (b.ns > a.ns ? b : a), { ns: 0, holder: -1, waiter: -1 });
  if (most.ns === 0 || lock.byCpu.length < 2) return '';
  return ` Worker ${most.waiter} waited longest: ${formatNs(most.ns)} for worker ${most.holder}.`;
}

function whyItCosts(result: RunResult, lock: LockResult): Advice[] {
  const found: Advice[] = [];
  const { configuration, environment } = result;
  const { total } = lock;
  const { wait, hold } = total;
  if (configuration.oversubscribed && wait.maxNs > TIME_SLICE_NS) {
    found.push({
      about: 'cost',
      finding: 'Workers wait for holders that are not running.',
      evidence: `${configuration.workers} workers share ${environment.cores} cores, and the longest wait of ${formatNs(wait.maxNs)} is a time slice, not a hold (${formatNs(hold.count > 0 ? hold.p50Ns : null)} at the median).`,
      advice: `--workers ${environment.cores}${configuration.lock === 'park' ? '' : ', or --lock park, whose waiters sleep'}.`,
    });
  } else if (wait.avgNs > TIME_SLICE_NS / 4 && total.contended > 0) {
    found.push({
      about: 'cost',
      finding: 'The waits are few and as long as time slices: their holders were preempted.',
      evidence: `${formatCount(total.contended)} waits of ${formatNs(wait.avgNs)} on average, for holds of ${formatNs(hold.count > 0 ? hold.p50Ns : null)} at the median.`,
      advice:
        configuration.lock === 'park'
          ? 'a quieter machine: these waiters sleep already.'
          : 'a quieter machine, or --lock park, whose waiters leave the core to the holder.',
    });
  }
  const perOperation = result.totals.operations > 0 ? total.acquisitions / result.totals.operations : 0;
  if (perOperation > TRIPS_HIGH) {
    found.push({
      about: 'cost',
      finding: `${lock.name} is taken very often.`,
      evidence: `${perOperation.toFixed(2)} acquisitions per operation, mostly in ${topSite(lock)}.`,
      advice:
        configuration.allocator === 'buddy'
          ? 'larger per-CPU caches and pools: --param cache1=512 --param keepFrames=4096.'
          : '--allocator buddy, whose per-CPU caches take it on demand only.',
    });
  }
  if ((lock.utilisationPercent ?? 0) > UTILISATION_HIGH_PERCENT) {
    found.push({
      about: 'cost',
      finding: `${lock.name} is held most of the time, so more workers cannot help.`,
      evidence: `Held ${formatPercent(lock.utilisationPercent)} of the time, ${formatNs(hold.avgNs)} a hold.${lock.longestHold === null ? '' : ` The longest, ${formatNs(lock.longestHold.ns)}, was worker ${lock.longestHold.cpu}'s in ${lock.longestHold.site}.`}`,
      advice: `do less while it is held: look at ${topSite(lock)} first. --inject-delay 1us@${lock.name} shows how much depends on it.`,
    });
  } else if (hold.count >= 50 && hold.p99Ns > 20 * Math.max(hold.p50Ns, 100)) {
    found.push({
      about: 'cost',
      finding: `A few holds of ${lock.name} are far longer than the others.`,
      evidence: `p99 ${formatNs(hold.p99Ns)} against ${formatNs(hold.p50Ns)} at the median${lock.longestHold === null ? '' : `; the longest, ${formatNs(lock.longestHold.ns)}, was worker ${lock.longestHold.cpu}'s in ${lock.longestHold.site}`}.`,
      advice:
        hold.maxNs > TIME_SLICE_NS
          ? 'holds as long as a time slice are preemptions: fewer workers, or a quieter machine.'
          : 'look at what that call site does in bulk: smaller batches hold it for shorter.',
    });
  }
  const bounced = total.acquisitions === 0 ? 0 : total.handOvers / total.acquisitions;
  if (bounced > HAND_OVERS_HIGH && !['mcs', 'ttas-backoff'].includes(configuration.lock)) {
    found.push({
      about: 'cost',
      finding: `${lock.name} wanders between workers, and its cache line with it.`,
      evidence: `${formatPercent(bounced * 100)} of the acquisitions came after another worker's.`,
      advice:
        '--lock ttas-backoff, which lets a holder take it again, or --lock mcs, whose waiters spin on lines of their own.',
    });
  }
  if (lock.fairness < FAIRNESS_LOW && !['ticket', 'mcs'].includes(configuration.lock)) {
    found.push({
      about: 'cost',
      finding: `${lock.name} is not shared fairly.`,
      evidence: `Jain's index of the workers' acquisitions is ${lock.fairness.toFixed(2)}; 1 is equal.`,
      advice: '--lock ticket or --lock mcs, which serve in order of arrival.',
    });
  }
  return found;
}

function topSite(lock: LockResult): string {
  const [top] = [...lock.bySite].sort((a, b) => b.figures.acquisitions - a.figures.acquisitions);
  return `${top.site} (${formatPercent((top.figures.acquisitions / Math.max(1, lock.total.acquisitions)) * 100)})`;
}

function onAllocator(result: RunResult): Advice[] {
  const found: Advice[] = [];
  const figures = allocatorFigures(result);
  const { counters, midRun } = result.allocator;
  if (figures.cacheHitPercent !== null && figures.cacheHitPercent < CACHE_HIT_LOW_PERCENT) {
    found.push({
      about: 'cost',
      finding: 'Many allocations go past the per-CPU caches.',
      evidence: `${formatPercent(figures.cacheHitPercent)} were served by a cache; ${formatCount(counters.poolAllocs)} went to a pool, ${formatCount(counters.cacheRefills)} of them to refill a cache.`,
      advice:
        counters.cacheRefills > counters.poolAllocs / 4
          ? 'larger caches: --param cache1=256 (blocks of one frame; cache2, cache3 and cache4 for larger).'
          : 'most are blocks that no cache holds, or not enough of: large ones are this workload, not a setting.',
    });
  }
  const [, thoughFree] = figures.failures;
  if ((thoughFree?.count ?? 0) > 0) {
    found.push({
      about: 'cost',
      finding: 'Allocations failed though enough memory was free.',
      evidence: `${formatCount(thoughFree.count)} failed with enough free frames in sum${midRun === null ? '' : `; at mid-run the largest free block was ${formatBytes(midRun.largestFreeBlockBytes)} of ${formatBytes(midRun.freeBytes)} free`}.`,
      advice:
        'smaller caches and pools (--param cache1=32 --param keepFrames=16), or requests of fewer frames.',
    });
  }
  if ((figures.strandedPercent ?? 0) > STRANDED_HIGH_PERCENT && (figures.reclaims ?? 0) > 0) {
    found.push({
      about: 'cost',
      finding: 'Free memory is stranded in CPUs that do not need it.',
      evidence: `At mid-run ${formatPercent(figures.strandedPercent)} of the free memory (${formatBytes(figures.strandedBytes ?? 0)}) was in CPUs' caches and pools, and ${formatCount(figures.reclaims ?? 0)} times one had to ask the others for it.`,
      advice: '--param keepFrames=16 --param cache1=32 keep less of it per CPU.',
    });
  }
  if (midRun !== null && midRun.fragmentation > FRAGMENTATION_HIGH) {
    found.push({
      about: 'cost',
      finding: 'Free memory is in pieces.',
      evidence: `At mid-run the largest free block was ${formatBytes(midRun.largestFreeBlockBytes)}, of ${formatBytes(midRun.freeBytes)} free: ${formatPercent(midRun.fragmentation * 100)} is outside it.`,
      advice: 'large segments will fail first: the RAM picture shows where the small blocks are.',
    });
  }
  return found;
}

function onLatency(result: RunResult): Advice[] {
  const kinds = result.operations.filter((operation) => (operation.latency?.samples ?? 0) >= 1000);
  const [worst] = [...kinds].sort((a, b) => b.latency!.maxNs - a.latency!.maxNs);
  if (worst === undefined || worst.latency!.maxNs < TIME_SLICE_NS) return [];
  const { p50Ns, p999Ns, maxNs } = worst.latency!;
  const isPreemption = result.configuration.oversubscribed || result.environment.load[0] > 0.5;
  return [
    {
      about: 'cost',
      finding: `The slowest ${worst.kind} took as long as a time slice.`,
      evidence: `${formatNs(maxNs)} at most, ${formatNs(p999Ns)} at p99.9, ${formatNs(p50Ns)} at the median.`,
      advice: isPreemption
        ? 'threads were preempted: fewer workers or a quieter machine before looking at the code.'
        : 'compare the waits of the locks, and the garbage collector’s pauses (node --trace-gc).',
    },
  ];
}

function onOverhead(result: RunResult): Advice[] {
  const { overhead, totals, configuration } = result;
  if (totals.operationsPerSecond === 0 || overhead.recorderNs === 0) return [];
  const operationNs = (configuration.workers * 1e9) / totals.operationsPerSecond;
  const oracleNs = configuration.oracle === 'off' ? 0 : overhead.oracleNs / 2;
  const part = (overhead.recorderNs + oracleNs) / operationNs;
  if (part < OVERHEAD_HIGH) return [];
  return [
    {
      about: 'trust',
      finding: 'The lab itself is a good part of what was measured.',
      evidence: `An operation took ${formatNs(operationNs)}; recording it costs ${formatNs(overhead.recorderNs)}, and the oracle about ${formatNs(oracleNs)}.`,
      advice: 'for speed alone: --oracle off --stats off.',
    },
  ];
}
