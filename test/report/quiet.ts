import type { RunResult } from '#src/results/run_result.js';

/** What the statistics cost at most for one acquisition where nothing else runs: 3 ns sampled, 95 ns with every hold. */
const STATISTICS_NS = { off: 0, counts: 10, sampled: 10, full: 120 };

/** The same run as on a machine that nothing else uses, and with workers that were steady: advice on the rest is what is tested. */
export function quiet(result: RunResult): RunResult {
  const { environment, configuration, overhead, timeline, warmup } = result;
  return {
    ...result,
    environment: { ...environment, cores: 2, load: [0.1, 0.1, 0.1] },
    overhead: {
      ...overhead,
      statisticsNs: Math.min(overhead.statisticsNs, STATISTICS_NS[configuration.stats]),
    },
    timeline: { ...timeline, samples: [] },
    configuration: { ...configuration, oversubscribed: configuration.workers > 2 },
    warmup: warmup && {
      ...warmup,
      workers: warmup.workers.map((worker) => ({ ...worker, steady: true })),
    },
    operations: result.operations.map((operation) => ({
      ...operation,
      latency: operation.latency && { ...operation.latency, p999Ns: Math.min(operation.latency.p999Ns, 5e5) },
    })),
  };
}
