import type { LockResult, RunResult } from '../../results/run_result.ts';
import { formatCount, formatNs, formatPercent } from '../figures/format.ts';
import { type Advice, TIME_SLICE_NS } from './advice.ts';
import { remedy } from './remedies.ts';

/** Share of all workers' time below which waits are not worth any work. */
const WAIT_SHARE_LOW_PERCENT = 1;
/** Acquisitions per operation from which on a lock is in every worker's way. */
const TRIPS_HIGH = 0.25;
const HAND_OVERS_HIGH = 0.3;
const UTILISATION_HIGH_PERCENT = 50;
const FAIRNESS_LOW = 0.8;
/** Fewer timed holds have no 99th percentile. */
const HOLDS_MIN = 50;

/** The lock that costs most, and why. */
export function onLocks(result: RunResult): Advice[] {
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

function worstLock(result: RunResult): LockResult | null {
  const taken = result.locks.filter((lock) => lock.total.acquisitions > 0);
  return taken.reduce<LockResult | null>(
    (worst, lock) => (worst === null || lock.total.wait.totalNs > worst.total.wait.totalNs ? lock : worst),
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

function whyItCosts(result: RunResult, lock: LockResult): Advice[] {
  const { configuration } = result;
  return [
    preempted(result, lock),
    takenOften(result, lock),
    heldLong(lock),
    wandering(lock, configuration.lock),
    unfair(lock, configuration.lock),
  ].filter((advice) => advice !== null);
}

/** Waits as long as a time slice are for holders that do not run. */
function preempted({ configuration, environment }: RunResult, { total }: LockResult): Advice | null {
  const { wait, hold } = total;
  const sleeps = configuration.lock === 'park';
  const medianHold = formatNs(hold.count > 0 ? hold.p50Ns : null);
  if (configuration.oversubscribed && wait.maxNs > TIME_SLICE_NS) {
    return {
      about: 'cost',
      finding: 'Workers wait for holders that are not running.',
      evidence: `${configuration.workers} workers share ${environment.cores} cores, and the longest wait of ${formatNs(wait.maxNs)} is a time slice, not a hold (${medianHold} at the median).`,
      advice: `--workers ${environment.cores}${sleeps ? '' : ', or --lock park, whose waiters sleep'}.`,
    };
  }
  if (wait.avgNs <= TIME_SLICE_NS / 4 || total.contended === 0) return null;
  return {
    about: 'cost',
    finding: 'The waits are few and as long as time slices: their holders were preempted.',
    evidence: `${formatCount(total.contended)} waits of ${formatNs(wait.avgNs)} on average, for holds of ${medianHold} at the median.`,
    advice: sleeps
      ? 'a quieter machine: these waiters sleep already.'
      : 'a quieter machine, or --lock park, whose waiters leave the core to the holder.',
  };
}

function takenOften({ configuration, totals }: RunResult, lock: LockResult): Advice | null {
  const perOperation = totals.operations > 0 ? lock.total.acquisitions / totals.operations : 0;
  if (perOperation <= TRIPS_HIGH) return null;
  return {
    about: 'cost',
    finding: `${lock.name} is taken very often.`,
    evidence: `${perOperation.toFixed(2)} acquisitions per operation, mostly in ${topSite(lock)}.`,
    advice:
      remedy(configuration.allocator, 'global lock taken often') ??
      '--allocator buddy, whose per-CPU caches take it on demand only.',
  };
}

function heldLong(lock: LockResult): Advice | null {
  const { hold } = lock.total;
  const longest =
    lock.longestHold === null
      ? null
      : `${formatNs(lock.longestHold.ns)}, was worker ${lock.longestHold.cpu}'s in ${lock.longestHold.site}`;
  if ((lock.utilisationPercent ?? 0) > UTILISATION_HIGH_PERCENT) {
    return {
      about: 'cost',
      finding: `${lock.name} is held most of the time, so more workers cannot help.`,
      evidence: `Held ${formatPercent(lock.utilisationPercent)} of the time, ${formatNs(hold.avgNs)} a hold.${longest === null ? '' : ` The longest, ${longest}.`}`,
      advice: `do less while it is held: look at ${topSite(lock)} first. --inject-delay 1us@${lock.name} shows how much depends on it.`,
    };
  }
  if (hold.count < HOLDS_MIN || hold.p99Ns <= 20 * Math.max(hold.p50Ns, 100)) return null;
  return {
    about: 'cost',
    finding: `A few holds of ${lock.name} are far longer than the others.`,
    evidence: `p99 ${formatNs(hold.p99Ns)} against ${formatNs(hold.p50Ns)} at the median${longest === null ? '' : `; the longest, ${longest}`}.`,
    advice:
      hold.maxNs > TIME_SLICE_NS
        ? 'holds as long as a time slice are preemptions: fewer workers, or a quieter machine.'
        : 'look at what that call site does in bulk: smaller batches hold it for shorter.',
  };
}

function wandering({ name, total }: LockResult, kind: string): Advice | null {
  const bounced = total.acquisitions === 0 ? 0 : total.handOvers / total.acquisitions;
  if (bounced <= HAND_OVERS_HIGH || ['mcs', 'ttas-backoff'].includes(kind)) return null;
  return {
    about: 'cost',
    finding: `${name} wanders between workers, and its cache line with it.`,
    evidence: `${formatPercent(bounced * 100)} of the acquisitions came after another worker's.`,
    advice:
      '--lock ttas-backoff, which lets a holder take it again, or --lock mcs, whose waiters spin on lines of their own.',
  };
}

function unfair({ name, fairness }: LockResult, kind: string): Advice | null {
  if (fairness >= FAIRNESS_LOW || ['ticket', 'mcs'].includes(kind)) return null;
  return {
    about: 'cost',
    finding: `${name} is not shared fairly.`,
    evidence: `Jain's index of the workers' acquisitions is ${fairness.toFixed(2)}; 1 is equal.`,
    advice: '--lock ticket or --lock mcs, which serve in order of arrival.',
  };
}

function topSite(lock: LockResult): string {
  const [top] = [...lock.bySite].sort((a, b) => b.figures.acquisitions - a.figures.acquisitions);
  return `${top.site} (${formatPercent((top.figures.acquisitions / Math.max(1, lock.total.acquisitions)) * 100)})`;
}
