import type { RunResult } from '../../results/run_result.ts';
import { formatNs } from '../figures/format.ts';
import { type Observation, TIME_SLICE_NS } from './advice.ts';

/** Fewer have no quantile of a thousandth. */
const SAMPLES_MIN = 1000;

/** The kind of operation that took longest, if one in a thousand took as long as a time slice. */
export function onLatency({ operations, configuration, environment }: RunResult): Observation[] {
  const kinds = operations.filter(
    ({ latency, composite }) => !composite && (latency?.samples ?? 0) >= SAMPLES_MIN,
  );
  const [worst] = [...kinds].sort((a, b) => b.latency!.p999Ns - a.latency!.p999Ns);
  if (worst === undefined || worst.latency!.p999Ns < TIME_SLICE_NS) return [];
  const { p50Ns, p999Ns, maxNs, meanNs } = worst.latency!;
  const busy = environment.load[0] > environment.cores / 2;
  return [
    {
      about: 'cost',
      finding: `One in a thousand ${worst.kind} operations took as long as a time slice.`,
      evidence: `${formatNs(p999Ns)} at p99.9, ${formatNs(maxNs)} at most, ${formatNs(p50Ns)} at the median.`,
      weight: Math.min(100, (p999Ns / 1000 / Math.max(1, meanNs)) * 100) / 2,
      ways: configuration.oversubscribed
        ? [{ set: { workers: `${environment.cores}` }, effect: 'one for each core' }]
        : [],
      otherwise: busy
        ? 'a quieter machine before looking at the code.'
        : 'compare the waits of the locks, and the garbage collector’s pauses (node --trace-gc).',
    },
  ];
}
