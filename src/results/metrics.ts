import type { RunResult } from './run_result.ts';

/** A figure of a run that runs are compared by. */
export interface Metric {
  readonly name: MetricName;
  readonly title: string;
  readonly unit: string;
  readonly higherIsBetter: boolean;
  /** How it scales with the machine's speed, measured by the time of a CAS: for baselines of other days. */
  readonly scale: 'rate' | 'time' | 'none';
  /** Null if the run does not have it. */
  read(result: RunResult): number | null;
}

export type MetricName =
  | 'throughput'
  | 'cpu-throughput'
  | 'latency-p50'
  | 'latency-p99'
  | 'lock-wait'
  | 'contended';

export const METRICS: readonly Metric[] = [
  {
    name: 'throughput',
    title: 'throughput',
    unit: 'operations/s',
    higherIsBetter: true,
    scale: 'rate',
    read: (result) => positive(result.totals.operationsPerSecond),
  },
  {
    name: 'cpu-throughput',
    title: 'operations per second of CPU time',
    unit: 'operations/s',
    higherIsBetter: true,
    scale: 'rate',
    // Time that other processes took does not count, nor time that this one slept.
    read: ({ totals, durations }) =>
      durations.cpuMs > 0 ? positive((totals.operations / durations.cpuMs) * 1000) : null,
  },
  {
    name: 'latency-p50',
    title: 'median latency',
    unit: 'ns',
    higherIsBetter: false,
    scale: 'time',
    read: (result) => busiestKind(result)?.latency?.p50Ns ?? null,
  },
  {
    name: 'latency-p99',
    title: 'p99 latency',
    unit: 'ns',
    higherIsBetter: false,
    scale: 'time',
    read: (result) => busiestKind(result)?.latency?.p99Ns ?? null,
  },
  {
    name: 'lock-wait',
    title: 'waiting for locks, per operation',
    unit: 'ns',
    higherIsBetter: false,
    scale: 'time',
    read: ({ locks, totals }) =>
      locks.length === 0 || totals.operations === 0
        ? null
        : locks.reduce((sum, lock) => sum + lock.total.wait.totalNs, 0) / totals.operations,
  },
  {
    name: 'contended',
    title: 'contended acquisitions',
    unit: '%',
    higherIsBetter: false,
    scale: 'none',
    read: ({ locks }) => {
      const acquired = locks.reduce((sum, lock) => sum + lock.total.acquisitions, 0);
      const contended = locks.reduce((sum, lock) => sum + lock.total.contended, 0);
      return acquired === 0 ? null : (contended / acquired) * 100;
    },
  },
];

export const METRIC_NAMES: readonly MetricName[] = METRICS.map((metric) => metric.name);

export function metric(name: MetricName): Metric {
  return METRICS.find((candidate) => candidate.name === name)!;
}

/** The most frequent kind of operation: its latency stands for the run's. */
function busiestKind(result: RunResult) {
  const simple = result.operations.filter((operation) => !operation.composite);
  return simple.reduce<(typeof simple)[number] | null>(
    (most, operation) => (most === null || operation.count > most.count ? operation : most),
    null,
  );
}

function positive(value: number): number | null {
  return value > 0 ? value : null;
}
