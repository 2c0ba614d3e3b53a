import type { RunResult } from '../../results/run_result.ts';

/** Percent of all workers' time, waits included, that `ns` are; 0 if nothing was measured. */
export function percentOfTime({ configuration, durations }: RunResult, ns: number): number {
  return percent(ns, configuration.workers * durations.measuredMs);
}

/**
 * Percent of the CPU time that `ns` of work are: other processes cannot change it. Of the workers' time where the CPU
 * time is not known.
 */
export function percentOfCpu(result: RunResult, ns: number): number {
  const { cpuMs } = result.durations;
  return cpuMs > 0 ? percent(ns, cpuMs) : percentOfTime(result, ns);
}

function percent(ns: number, ofMs: number): number {
  return ofMs > 0 ? Math.min(100, (ns / (ofMs * 1e6)) * 100) : 0;
}
