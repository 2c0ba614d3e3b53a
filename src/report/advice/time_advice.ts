import type { RunResult } from '../../results/run_result.ts';
import { formatNs } from '../figures/format.ts';
import { type Advice, TIME_SLICE_NS } from './advice.ts';

/** The lab's own share of the time of an operation. */
const OVERHEAD_HIGH = 0.25;

/** The slowest operation, if it took a time slice. */
export function onLatency(result: RunResult): Advice[] {
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

/** The lab's own share of what was measured. */
export function onOverhead(result: RunResult): Advice[] {
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
