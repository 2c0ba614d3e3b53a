import type { HistogramBucket } from '../../platform/histogram.ts';

/** How much of a lock's use is recorded. */
export type StatisticsLevel = 'off' | 'counts' | 'sampled' | 'full';

export const STATISTICS_LEVELS: readonly StatisticsLevel[] = ['off', 'counts', 'sampled', 'full'];

/** Times, in nanoseconds. Quantiles are within 3.2 %; the rest is exact. */
export interface TimeFigures {
  /** How many were timed. */
  count: number;
  totalNs: number;
  avgNs: number;
  p50Ns: number;
  p99Ns: number;
  p999Ns: number;
  maxNs: number;
  histogram: HistogramBucket[];
}

/** Figures of some acquisitions of a lock: all, one CPU's, or one call site's. */
export interface ContentionFigures {
  /** Times it was taken (`acquisitions` of /proc/lock_stat, `acquired` of `perf lock`). */
  acquisitions: number;
  /** Of these, how many had to wait (`contentions`, `contended`). */
  contended: number;
  /** `contended / acquisitions`, 0 to 1. */
  missRatio: number;
  /** Fruitless looks at the lock while waiting. */
  spins: number;
  /** Times a waiter slept. */
  parks: number;
  /** Waits that ended without the lock: stopped, timed out, or its owner had died. */
  abandoned: number;
  /** Acquisitions whose predecessor was another CPU (`acq-bounces`). */
  handOvers: number;
  /** Contended acquisitions: how long they waited (`waittime`, `wait`). Empty at level `counts`. */
  wait: TimeFigures;
  /** How long it was held (`holdtime`), of those acquisitions that were timed. Empty at level `counts`. */
  hold: TimeFigures;
  /**
   * How long it was held in total: exact under `full`, otherwise an estimate, in which each timed hold stands for all
   * since the one timed before it.
   */
  holdTotalNs: number;
}

/** Everything that is known about one lock after a run. */
export interface LockFigures {
  name: string;
  kind: string;
  level: StatisticsLevel;
  /** One in this many holds was timed, on average: 1 under `full`, 0 if none was. */
  holdSampling: number;
  total: ContentionFigures;
  byCpu: ContentionFigures[];
  bySite: { site: string; figures: ContentionFigures }[];
  /** `waitedNs[holder][waiter]`: how long that CPU waited for a lock that the other held when the wait began. */
  waitedNs: number[][];
  /** The longest hold that was timed; null if none was. */
  longestHold: { ns: number; cpu: number; site: string } | null;
  /** Jain's index of the acquisitions by CPU: 1 if all have the same share, 1/n if one has all. */
  fairness: number;
}
