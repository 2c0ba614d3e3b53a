import type { LockResult, RunResult } from '../../results/run_result.ts';
import { formatCount, formatNs, formatPercent } from '../figures/format.ts';
import { percentOfCpu, percentOfTime } from '../figures/share_of_time.ts';
import { type Observation, TIME_SLICE_NS, type Way } from './advice.ts';
import { isOutOfMemory, remediesFor } from './allocator_advice.ts';

/** Share of all workers' time below which a lock is not worth any work. */
const SHARE_LOW_PERCENT = 1;
/** Acquisitions per operation from which on a lock that others wait for is taken often. */
const TRIPS_HIGH = 0.05;
/** And from which on it is in every worker's way, whether or not they met in this run. */
const TRIPS_EACH = 0.2;
/** What a trip costs without a wait: two compare-exchanges and the lines that the lock guards. */
const TRIP_NS = 50;
const HAND_OVERS_HIGH = 0.3;
const UTILISATION_HIGH_PERCENT = 50;
const FAIRNESS_LOW = 0.8;
/** Fewer waits than these, each as long as a time slice for holds that are short, are chance. */
const WAITS_MIN = 5;
/** Fewer timed holds have no 99th percentile. */
const HOLDS_MIN = 50;

/** Locks that serve in order of arrival: they hand over to one particular waiter, which must be running. */
const QUEUES: readonly string[] = ['ticket', 'mcs'];
/** Locks of this package that are slower than `park` where several workers want them (docs/locks.md), and the adapters. */
const SLOWER: readonly string[] = [
  'tas',
  'ttas',
  'ticket',
  'mcs',
  'atomics-sync-spinlock',
  'atomics-sync-mutex',
];

/** A lock with what the rules ask of it. */
interface Case {
  readonly result: RunResult;
  readonly lock: LockResult;
  /** Percent of the workers' time that is spent waiting for it, but for what is chance. */
  readonly waits: number;
  /** The same, with what its trips cost. */
  readonly share: number;
}

/** The lock that costs most, and why. */
export function onLocks(result: RunResult): Observation[] {
  const found = worstLock(result);
  if (found === null) return [];
  const { lock, waits, share } = found;
  const { total } = lock;
  const figures = `${formatCount(total.contended)} of ${formatCount(total.acquisitions)} acquisitions waited (${formatPercent(total.missRatio * 100)}), ${formatNs(total.wait.totalNs)} in all: ${formatPercent(percentOfTime(result, total.wait.totalNs))} of the workers' time`;
  const reasons = whyItCosts(found);
  const inTheWay = waits >= SHARE_LOW_PERCENT || (reasons.length > 0 && share >= SHARE_LOW_PERCENT);
  if (!inTheWay && !isInEachWay(found)) {
    return [
      {
        about: 'fine',
        finding: `Locks do not limit this run; the worst is ${lock.name}.`,
        evidence: `${figures}.`,
        weight: 0,
        ways: [],
      },
    ];
  }
  return [
    {
      about: 'cost',
      finding: `${lock.name} is the lock that costs most.`,
      evidence: `${figures}, ${formatNs(total.wait.avgNs)} a wait.${whoForWhom(lock)}`,
      weight: share,
      ways: [],
    },
    // Those that follow explain the one before: they stay in their order.
    ...reasons.map((reason, index) => ({ ...reason, weight: share - (index + 1) * 1e-6 })),
  ];
}

/** How often an operation takes the lock. */
function tripsOf({ result: { totals }, lock }: Case): number {
  return totals.operations > 0 ? lock.total.acquisitions / totals.operations : 0;
}

/** A handful of holders that the system stopped says something of the machine's other users, and nothing of the lock. */
function areChance({ configuration }: RunResult, lock: LockResult): boolean {
  const { contended, wait, hold } = lock.total;
  if (configuration.oversubscribed || contended >= WAITS_MIN) return false;
  return wait.avgNs > TIME_SLICE_NS && hold.count > 0 && hold.p50Ns < wait.avgNs / 10;
}

function isInEachWay(found: Case): boolean {
  return (
    tripsOf(found) > TRIPS_EACH && found.result.configuration.workers > 1 && !isOutOfMemory(found.result)
  );
}

function worstLock(result: RunResult): Case | null {
  const { configuration, locks } = result;
  const cases = locks
    .filter(({ total }) => total.acquisitions > 0)
    .map((lock): Case => {
      const waits = areChance(result, lock) ? 0 : percentOfTime(result, lock.total.wait.totalNs);
      const trips = percentOfCpu(result, lock.total.acquisitions * TRIP_NS);
      return { result, lock, waits, share: configuration.workers > 1 ? waits + trips : waits };
    });
  return cases.reduce<Case | null>(
    (worst, each) => (worst === null || each.share > worst.share ? each : worst),
    null,
  );
}

/** The heaviest cell of the matrix, if it has more than one. */
function whoForWhom(lock: LockResult): string {
  const pairs = lock.waitedNs.flatMap((row, holder) => row.map((ns, waiter) => ({ ns, holder, waiter })));
  const most = pairs.reduce((a, b) => (b.ns > a.ns ? b : a), { ns: 0, holder: -1, waiter: -1 });
  if (most.ns === 0 || lock.byCpu.length < 2) return '';
  return ` Worker ${most.waiter} waited longest: ${formatNs(most.ns)} for worker ${most.holder}.`;
}

type Reason = Omit<Observation, 'weight'>;

/** The reasons, the one whose remedy promises most first. */
function whyItCosts(found: Case): Reason[] {
  const reasons = [
    queueWithoutCores(found),
    takenOften(found),
    waitsForStopped(found),
    slowerKind(found),
    heldLong(found),
    longTail(found),
    unfair(found),
  ];
  return reasons.filter((reason) => reason !== null);
}

/** The worst that can be chosen: each hand-over waits until the system happens to run one particular thread. */
function queueWithoutCores({ result, lock, waits }: Case): Reason | null {
  const { configuration, environment } = result;
  if (!configuration.oversubscribed || !QUEUES.includes(configuration.lock) || waits < SHARE_LOW_PERCENT)
    return null;
  return {
    about: 'cost',
    finding: `${configuration.lock} hands ${lock.name} to one particular waiter, which is often not running.`,
    evidence: `${configuration.workers} workers share ${environment.cores} cores, so a hand-over can take time slices: ${formatNs(lock.total.wait.avgNs)} a wait, for holds of ${medianHold(lock)} at the median.`,
    ways: [
      { set: { lock: 'park' }, effect: 'whose waiters sleep, and which any running worker can take' },
      fewerWorkers(result),
    ],
  };
}

function fewerWorkers({ environment }: RunResult): Way {
  return { set: { workers: `${environment.cores}` }, effect: 'one for each core' };
}

function takenOften(found: Case): Reason | null {
  const { result, lock } = found;
  const { configuration } = result;
  const perOperation = tripsOf(found);
  if (perOperation <= TRIPS_HIGH || configuration.workers === 1) return null;
  const evidence = `${perOperation.toFixed(2)} acquisitions per operation, mostly in ${topSite(lock)}.`;
  const finding = `${lock.name} is taken very often.`;
  if (isOutOfMemory(result)) {
    if (result.memory.filledOnPurpose) return null;
    return {
      about: 'cost',
      finding,
      evidence: `${evidence} Allocations that find no memory take it to look for some; see below.`,
      ways: [],
    };
  }
  const ways = remediesFor(result, 'shared lock taken often');
  return {
    about: 'cost',
    finding,
    evidence,
    ways: [...ways, { set: { allocator: 'buddy' }, effect: 'whose per-CPU caches take it on demand only' }],
    otherwise: `look at ${topSite(lock)}: fewer, larger requests take it less often.`,
  };
}

/** Holders were ended or stopped on purpose: who waited for them says nothing of the lock. */
function wereStopped({ faults }: RunResult): boolean {
  return faults.some(({ state, kind }) => state === 'happened' && kind !== 'oom' && kind !== 'throw-in');
}

/** Waits as long as time slices are for holders that do not run. */
function waitsForStopped({ result, lock }: Case): Reason | null {
  const { configuration, environment } = result;
  const { wait, contended } = lock.total;
  if (contended === 0 || wereStopped(result)) return null;
  const sleeps = configuration.lock === 'park';
  if (configuration.oversubscribed && wait.maxNs > TIME_SLICE_NS) {
    const park: Way = { set: { lock: 'park' }, effect: 'whose waiters sleep' };
    return {
      about: 'cost',
      finding: 'Workers wait for holders that are not running.',
      evidence: `${configuration.workers} workers share ${environment.cores} cores, and the longest wait of ${formatNs(wait.maxNs)} is a time slice, not a hold (${medianHold(lock)} at the median${sampled(lock)}).`,
      ways: [fewerWorkers(result), ...(sleeps ? [] : [park])],
    };
  }
  if (wait.avgNs <= Math.max(TIME_SLICE_NS / 4, 4 * configuration.workers * delayOf(result, lock)))
    return null;
  return {
    about: 'cost',
    finding: 'The waits are few and as long as time slices: their holders were preempted.',
    evidence: `${formatCount(contended)} waits of ${formatNs(wait.avgNs)} on average, for holds of ${medianHold(lock)} at the median${sampled(lock)}.`,
    ways: sleeps ? [] : [{ set: { lock: 'park' }, effect: 'whose waiters leave the core to the holder' }],
    otherwise: 'a quieter machine: these waiters sleep already.',
  };
}

/** Where a lock wanders between running workers, how its waiters wait decides. */
function slowerKind({ result, lock, waits }: Case): Reason | null {
  const { configuration } = result;
  const kind = configuration.lock;
  const { acquisitions, handOvers, spins, contended } = lock.total;
  const wanders = acquisitions > 0 && handOvers / acquisitions > HAND_OVERS_HIGH;
  if (!SLOWER.includes(kind) || waits < SHARE_LOW_PERCENT || !(wanders || contended > acquisitions / 50)) {
    return null;
  }
  return {
    about: 'cost',
    finding: `${lock.name} wanders between workers, and its cache line with it.`,
    evidence: `${formatPercent((handOvers / Math.max(1, acquisitions)) * 100)} of the acquisitions came after another worker's, and waiters looked ${formatCount(spins)} times in vain.`,
    ways: [{ set: { lock: 'park' }, effect: 'whose waiters back off, then sleep' }],
  };
}

function heldLong({ result, lock }: Case): Reason | null {
  // With an injected delay the lock is held long because that was asked for.
  if (delayOf(result, lock) > 0 || (lock.utilisationPercent ?? 0) <= UTILISATION_HIGH_PERCENT) return null;
  return {
    about: 'cost',
    finding: `${lock.name} is held most of the time, so more workers cannot help.`,
    evidence: `Held ${formatPercent(lock.utilisationPercent)} of the time, ${formatNs(lock.total.hold.avgNs)} a hold${sampled(lock)}.${longest(lock, ' The longest that was timed, ', '.')}`,
    ways: [],
    otherwise: `do less while it is held: look at ${topSite(lock)} first. --inject-delay 1us@${lock.name} shows how much depends on it.`,
  };
}

function longTail({ result, lock }: Case): Reason | null {
  const { hold } = lock.total;
  if (delayOf(result, lock) > 0 || (lock.utilisationPercent ?? 0) > UTILISATION_HIGH_PERCENT) return null;
  if (hold.count < HOLDS_MIN || hold.p99Ns <= 20 * Math.max(hold.p50Ns, 100)) return null;
  const preempted = hold.maxNs > TIME_SLICE_NS;
  return {
    about: 'cost',
    finding: `A few holds of ${lock.name} are far longer than the others.`,
    evidence: `p99 ${formatNs(hold.p99Ns)} against ${formatNs(hold.p50Ns)} at the median${longest(lock, '; the longest that was timed, ', '')}.`,
    ways: preempted && result.configuration.oversubscribed ? [fewerWorkers(result)] : [],
    otherwise: preempted
      ? 'a quieter machine: holds as long as a time slice are preemptions.'
      : 'look at what that call site does in bulk: smaller batches hold it for shorter.',
  };
}

/** With more workers than cores the system decides who runs; with work bounded by operations all do the same. */
function unfair({ result, lock }: Case): Reason | null {
  const { configuration } = result;
  if (lock.fairness >= FAIRNESS_LOW || QUEUES.includes(configuration.lock)) return null;
  if (configuration.operations !== null) return null;
  return {
    about: 'cost',
    finding: `${lock.name} is not shared fairly.`,
    evidence: `Jain's index of the workers' acquisitions is ${lock.fairness.toFixed(2)}; 1 is equal.`,
    ways: configuration.oversubscribed
      ? [fewerWorkers(result)]
      : [{ set: { lock: 'mcs' }, effect: 'which serves in order of arrival, at some cost in speed' }],
  };
}

/** The delay that the run injects into each hold of this lock, in nanoseconds. */
function delayOf({ configuration: { injectDelay } }: RunResult, lock: LockResult): number {
  return injectDelay?.lock === lock.name ? injectDelay.ns : 0;
}

function medianHold({ total: { hold } }: LockResult): string {
  return formatNs(hold.count > 0 ? hold.p50Ns : null);
}

/** Holds that were not timed may be longer than any that was. */
function sampled({ holdSampling }: LockResult): string {
  return holdSampling > 1 ? ', of those that were timed' : '';
}

function longest({ longestHold }: LockResult, before: string, after: string): string {
  if (longestHold === null) return '';
  return `${before}${formatNs(longestHold.ns)}, was worker ${longestHold.cpu}'s in ${longestHold.site}${after}`;
}

function topSite(lock: LockResult): string {
  const [top] = [...lock.bySite].sort((a, b) => b.figures.acquisitions - a.figures.acquisitions);
  return `${top.site} (${formatPercent((top.figures.acquisitions / Math.max(1, lock.total.acquisitions)) * 100)})`;
}
