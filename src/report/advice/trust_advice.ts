import { formatDuration } from '../../platform/units.ts';
import type { RunResult } from '../../results/run_result.ts';
import { formatMany, formatNs, formatPercent, formatRate } from '../figures/format.ts';
import { warmupText } from '../figures/warmup_text.ts';
import type { Observation, Way } from './advice.ts';

/** Fewer operations are the first steps of cold code. */
const OPERATIONS_MIN = 1000;

export function isTooShort(result: RunResult): boolean {
  return result.totals.operations < OPERATIONS_MIN;
}

/** The share of the usable CPU time that a run gets on an idle machine. */
const BUSY_BELOW_SHARE = 0.9;

export function onTrust(result: RunResult): Observation[] {
  return [...onFailure(result), ...doubtsAbout(result)];
}

/** CPU time of each worker from which on the compiler's share at the beginning is at most a tenth. */
const COLD_CPU_MS_MAX = 10_000;

/** What another warm-up would give. The user asked for this one, so it is no fault, and no reason to doubt a run. */
export function onWarmup(result: RunResult): Observation[] {
  const { configuration, durations, warmup, outcome } = result;
  const cpuMs = durations.cpuMs / configuration.workers;
  if (outcome !== 'passed' || cpuMs > COLD_CPU_MS_MAX) return [];
  // A workload whose beginning is the point has none of its own accord.
  const ways = result.rerun.includes('--warmup')
    ? [{ set: { warmup: null }, effect: 'and each worker warms up until its rate is steady' }]
    : [];
  if (warmup === null) {
    return [
      {
        about: 'trust',
        finding: 'There was no warm-up, so the compiler is part of these figures.',
        evidence: `Each worker had ${formatDuration(cpuMs * 1e6)} of CPU time, of which the first second or so runs cold code.`,
        weight: 0,
        ways,
      },
    ];
  }
  if (warmup.ended !== 'as asked' || warmup.workers.every(({ steady }) => steady)) return [];
  return [
    {
      about: 'trust',
      finding: 'The warm-up ended before all workers were steady.',
      evidence: `Warm-up: ${warmupText(result)}.`,
      weight: 0,
      ways,
    },
  ];
}

function onFailure({ outcome, verdict, workers, configuration }: RunResult): Observation[] {
  if (outcome === 'passed') return [];
  if (outcome === 'unproved') {
    return [
      {
        about: 'trust',
        finding: 'This run proves nothing.',
        evidence: `${verdict.unproved.join('; ')}.`,
        weight: 0,
        ways: [],
        otherwise:
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
      weight: 0,
      ways: [],
      otherwise: `run it again by its seed, ${configuration.seed}, and look at the verdict first.`,
    },
  ];
}

/** Why a run's figures are too noisy to trust; empty if they can be trusted. */
export function doubtsAbout(result: RunResult): Observation[] {
  const found: Observation[] = [];
  const { environment, configuration, durations, warmup } = result;
  if (warmup?.ended === 'not steady') {
    found.push({
      about: 'trust',
      finding: 'The workers were not steady yet when they began to be measured.',
      evidence: `Warm-up: ${warmupText(result)}.`,
      weight: 0,
      ways: [
        {
          set: { warmup: '10s' },
          effect: 'which is longer; or this workload has no steady state: look at throughput over time',
        },
      ],
    });
  }
  if (warmup?.ended === 'cut off') {
    found.push({
      about: 'trust',
      finding: 'This run ended in its warm-up, so nothing was measured.',
      evidence: `Warm-up: ${warmupText(result)}.`,
      weight: 0,
      ways: [longer(result)],
    });
  } else if (isTooShort(result)) {
    found.push({
      about: 'trust',
      finding: 'This run was too short to say anything about speed.',
      evidence: `${formatMany(result.totals.operations, 'operation')} in ${formatNs(durations.measuredMs * 1e6)}.`,
      weight: 0,
      ways: [longer(result)],
    });
  }
  const [load] = environment.load;
  const couldUseMs = Math.min(configuration.workers, environment.cores) * durations.measuredMs;
  const share = durations.cpuMs > 0 && couldUseMs > 0 ? durations.cpuMs / couldUseMs : null;
  // The load is that of the last minute; it does not matter to a run that got its cores.
  if (load > environment.cores * 0.5 && (share === null || share < BUSY_BELOW_SHARE)) {
    found.push({
      about: 'trust',
      finding: 'Other processes were busy: times and rates are worse than this code is.',
      evidence: `The load was ${load.toFixed(2)} on ${environment.cores} cores when the run began${share !== null ? `, and this process had ${formatPercent(share * 100)} of the CPU time that its workers could use` : ''}.`,
      weight: 0,
      ways: [],
      otherwise: 'a quiet machine, or a comparison by --metric cpu-throughput, which counts CPU time only.',
    });
  }
  const slow = stalls(result);
  if (slow.count > 0) {
    found.push({
      about: 'trust',
      finding: 'The rate was far from steady.',
      evidence: `${slow.count} of ${slow.of} samples were below a quarter of the median of ${formatRate(slow.median)} operations/s.`,
      weight: 0,
      ways: [],
      otherwise: 'look at throughput over time: another process, or memory running out, shows there.',
    });
  }
  return found;
}

/** By what the run is bounded by. */
function longer({ configuration: { operations } }: RunResult): Way {
  return operations !== null
    ? { set: { operations: `${Math.max(200_000, operations * 10)}` }, effect: 'by each worker' }
    : { set: { duration: '5s' }, effect: 'or longer' };
}

/** Samples in which almost nothing was done. The first and the last are not whole intervals. */
function stalls(result: RunResult): { count: number; of: number; median: number } {
  const rates = result.timeline.samples.slice(1, -1).map((sample) => sample.operationsPerSecond);
  if (rates.length < 8) return { count: 0, of: rates.length, median: 0 };
  const median = [...rates].sort((a, b) => a - b)[rates.length >> 1];
  const count = rates.filter((rate) => rate < median / 4).length;
  // A single one may be due to the compiler or the collector.
  return { count: count > Math.max(1, rates.length * 0.05) ? count : 0, of: rates.length, median };
}
