import { formatDuration } from '../../platform/units.ts';
import type { OracleLevel, RunResult } from '../../results/run_result.ts';
import type { StatisticsLevel } from '../../sync/decorators/lock_figures.ts';
import { formatCount, formatMany, formatNs, formatPercent } from '../figures/format.ts';
import { percentOfCpu, percentOfTime } from '../figures/share_of_time.ts';
import type { Observation } from './advice.ts';

// What the lab itself adds to what it measures. It is asked for, so it is no fault; but who looks at speed must know.

/** Percent of the CPU time from which on a part of the lab is named. */
const SHARE_HIGH_PERCENT = 25;
/** Lock statistics make waits longer, too, so less of them matters. */
const STATISTICS_HIGH_PERCENT = 10;

const LESS_ORACLE: Readonly<Record<OracleLevel, OracleLevel>> = {
  full: 'ownership',
  ownership: 'off',
  off: 'off',
};
const LESS_STATISTICS: Readonly<Record<StatisticsLevel, StatisticsLevel>> = {
  full: 'sampled',
  sampled: 'counts',
  counts: 'off',
  off: 'off',
};

/** What the lab's own parts cost this run, the dearest first. */
export function onLab(result: RunResult): Observation[] {
  const found = [faults(result), delay(result), oracle(result), statistics(result), recorder(result)];
  return found
    .filter((observation) => observation !== null)
    .sort((a: Observation, b: Observation) => b.weight - a.weight);
}

/** Whoever waits for the dead, or stands still, is among the figures. */
function faults({ faults: all }: RunResult): Observation | null {
  const happened = all.filter(({ state }) => state === 'happened');
  if (happened.length === 0) return null;
  const deaths = happened.filter(({ death }) => death !== null).length;
  const died = deaths === 0 ? '' : `, ${formatMany(deaths, 'worker')} died`;
  return {
    about: 'trust',
    finding: `${formatMany(happened.length, 'fault')} ${happened.length === 1 ? 'was' : 'were'} injected${died}.`,
    evidence:
      'Pauses, requests that were refused, and waits for what a dead worker held are among the figures.',
    weight: 100,
    ways: [{ set: { fault: null }, effect: 'where speed is asked for' }],
  };
}

function delay(result: RunResult): Observation | null {
  const { injectDelay } = result.configuration;
  if (injectDelay === null) return null;
  const lock = result.locks.find(({ name }) => name === injectDelay.lock);
  const taken =
    lock === undefined
      ? ''
      : `; it was taken ${formatCount(lock.total.acquisitions)} times, so this alone is ${formatPercent(percentOfTime(result, lock.total.acquisitions * injectDelay.ns))} of the workers' time, waits not counted`;
  return {
    about: 'trust',
    finding: `A delay of ${formatDuration(injectDelay.ns)} is injected into each hold of ${injectDelay.lock}.`,
    evidence: `Its holds and its waits are that much longer than the code's${taken}.`,
    // Nobody asks for a delay without wanting to see it first.
    weight: 100,
    ways: [{ set: { 'inject-delay': null }, effect: 'where the code’s own speed is asked for' }],
  };
}

/** Contents are checked frame by frame; owners are too, but a block's first frame costs most. */
function oracle(result: RunResult): Observation | null {
  const { configuration, overhead, verdict, warmup } = result;
  if (configuration.oracle === 'off' || overhead.oracleNs === 0) return null;
  const measured = verdict.allocationsChecked - (warmup?.allocationsChecked ?? 0);
  const frames =
    verdict.allocationsChecked > 0 ? (verdict.framesAllocated / verdict.allocationsChecked) * measured : 0;
  const times = configuration.oracle === 'full' ? frames : measured;
  const percent = percentOfCpu(result, times * overhead.oracleNs);
  if (percent < SHARE_HIGH_PERCENT) return null;
  return {
    about: 'trust',
    finding: 'The oracle is a good part of what was measured.',
    evidence: `--oracle ${configuration.oracle} costs ${formatNs(overhead.oracleNs)} for each frame taken and freed, and ${formatCount(times)} were: about ${formatPercent(percent)} of the CPU time.`,
    weight: percent,
    ways: [
      { set: { oracle: 'off' }, effect: 'where speed is asked for' },
      {
        set: { oracle: LESS_ORACLE[configuration.oracle] },
        effect: 'which still watches who owns each frame',
      },
    ],
  };
}

function statistics(result: RunResult): Observation | null {
  const { configuration, overhead, locks } = result;
  const acquisitions = locks.reduce((sum, lock) => sum + lock.total.acquisitions, 0);
  const percent = percentOfCpu(result, acquisitions * overhead.statisticsNs);
  if (percent < STATISTICS_HIGH_PERCENT) return null;
  return {
    about: 'trust',
    finding: 'The statistics of locks are a good part of what was measured.',
    evidence: `--stats ${configuration.stats} adds ${formatNs(overhead.statisticsNs)} to each of ${formatCount(acquisitions)} acquisitions: ${formatPercent(percent)} of the CPU time.`,
    weight: percent,
    ways: [{ set: { stats: LESS_STATISTICS[configuration.stats] }, effect: 'which costs less' }],
  };
}

function recorder(result: RunResult): Observation | null {
  const { overhead, totals } = result;
  const percent = percentOfCpu(result, totals.operations * overhead.recorderNs);
  if (percent < SHARE_HIGH_PERCENT) return null;
  return {
    about: 'trust',
    finding: 'Counting and timing the operations is a good part of what was measured.',
    evidence: `${formatNs(overhead.recorderNs)} for each of ${formatCount(totals.operations)} operations: ${formatPercent(percent)} of the CPU time.`,
    weight: percent,
    ways: [],
    otherwise: 'read the rate without the lab’s own work; operations that do more than one thing hide it.',
  };
}
