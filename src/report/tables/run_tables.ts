import type { OperationResult, RunResult } from '../../results/run_result.ts';
import { formatCount, formatNs, formatRate } from '../figures/format.ts';
import { allocationsFirst } from '../figures/operation_order.ts';
import { type ReportTable, tableOf } from './report_table.ts';

export function workerTable({ workers }: RunResult): ReportTable {
  return tableOf('Workers', workers, [
    { title: 'worker', cell: ({ worker }) => `${worker}` },
    { title: 'state', text: true, cell: ({ state }) => state },
    { title: 'operations', cell: ({ operations }) => formatCount(operations) },
    {
      title: 'operations/s',
      inTerminal: false,
      cell: ({ operationsPerSecond }) => formatRate(operationsPerSecond),
    },
    {
      title: 'rate',
      onPages: false,
      cell: ({ operationsPerSecond }) => `${formatRate(operationsPerSecond)}/s`,
    },
    { title: 'no memory', cell: ({ noMemory }) => formatCount(noMemory) },
  ]);
}

export function latencyTable({ operations }: RunResult): ReportTable {
  const done = allocationsFirst(operations).filter((operation) => operation.count > 0);
  const time = (read: (latency: NonNullable<OperationResult['latency']>) => number) => ({
    cell: ({ latency }: OperationResult) => formatNs(latency === null ? null : read(latency)),
  });
  return tableOf('Latency by kind of operation', done, [
    {
      title: 'operation',
      text: true,
      // Its operations are counted by themselves, so it is not in the sum.
      cell: ({ kind, composite }) => (composite ? `${kind} (of others)` : kind),
    },
    { title: 'count', cell: ({ count }) => formatCount(count) },
    { title: 'no memory', cell: ({ noMemory }) => formatCount(noMemory) },
    { title: 'timed', cell: ({ latency }) => formatCount(latency?.samples ?? 0) },
    { title: 'mean', inTerminal: false, ...time((latency) => latency.meanNs) },
    { title: 'p50', ...time((latency) => latency.p50Ns) },
    { title: 'p99', ...time((latency) => latency.p99Ns) },
    { title: 'p99.9', ...time((latency) => latency.p999Ns) },
    { title: 'max', ...time((latency) => latency.maxNs) },
  ]);
}

/** By kind: what a workload does only at its beginning may be in no other table. */
export function warmupTable({ warmup }: RunResult): ReportTable {
  return tableOf(
    'Warm-up',
    (warmup?.byKind ?? []).filter(({ count }) => count > 0),
    [
      { title: 'operation', text: true, cell: ({ kind }) => kind },
      { title: 'count', cell: ({ count }) => formatCount(count) },
    ],
    'Checked like the rest, and left out of every figure of speed.',
  );
}
