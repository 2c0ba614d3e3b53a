import { formatBytes, formatDuration } from '../platform/units.ts';
import type { Environment } from '../results/environment.ts';
import type { RunResult } from '../results/run_result.ts';
import { allocatorFigures } from './allocator_figures.ts';
import { formatCount, formatNs, formatPercent, formatRate } from './format.ts';
import type { ReportTable } from './report_table.ts';
import { warmupAsked, warmupText } from './warmup_text.ts';

export function workerTable(result: RunResult): ReportTable {
  return {
    title: 'Workers',
    columns: [
      { title: 'worker' },
      { title: 'state', text: true },
      { title: 'operations' },
      { title: 'operations/s' },
      { title: 'no memory' },
    ],
    rows: result.workers.map((worker) => [
      `${worker.worker}`,
      worker.state,
      formatCount(worker.operations),
      formatRate(worker.operationsPerSecond),
      formatCount(worker.noMemory),
    ]),
  };
}

export function latencyTable(result: RunResult): ReportTable {
  return {
    title: 'Latency by kind of operation',
    columns: [
      { title: 'operation', text: true },
      { title: 'count' },
      { title: 'no memory' },
      { title: 'timed' },
      { title: 'mean' },
      { title: 'p50' },
      { title: 'p99' },
      { title: 'p99.9' },
      { title: 'max' },
    ],
    rows: result.operations
      .filter((operation) => operation.count > 0)
      .map(({ kind, composite, count, noMemory, latency }) => [
        composite ? `${kind} (of others)` : kind,
        formatCount(count),
        formatCount(noMemory),
        formatCount(latency?.samples ?? 0),
        formatNs(latency?.meanNs ?? null),
        formatNs(latency?.p50Ns ?? null),
        formatNs(latency?.p99Ns ?? null),
        formatNs(latency?.p999Ns ?? null),
        formatNs(latency?.maxNs ?? null),
      ]),
  };
}

export function allocatorTable(result: RunResult): ReportTable {
  const { allocator } = result;
  const moments = [
    ...(allocator.midRun === null
      ? []
      : [{ when: `at ${formatDuration(allocator.midRun.atMs * 1e6)}`, ...allocator.midRun }]),
    { when: 'at the end', ...allocator },
  ];
  return {
    title: 'Free memory',
    columns: [
      { title: 'when', text: true },
      { title: 'free' },
      { title: 'largest block' },
      { title: 'in caches' },
      { title: 'in pools', help: 'of single CPUs' },
      { title: 'fragmented', help: 'part of the free memory that is not in the largest free block' },
    ],
    rows: moments.map((moment) => [
      moment.when,
      formatBytes(moment.freeBytes),
      formatBytes(moment.largestFreeBlockBytes),
      formatBytes(moment.perCpu.reduce((sum, cpu) => sum + cpu.cacheBytes, 0)),
      formatBytes(moment.perCpu.reduce((sum, cpu) => sum + cpu.poolBytes, 0)),
      formatPercent(moment.fragmentation * 100),
    ]),
  };
}

export function allocatorFiguresTable(result: RunResult): ReportTable {
  const figures = allocatorFigures(result);
  const number = (value: number | null) => (value === null ? '-' : value.toFixed(3));
  const stranded =
    figures.strandedBytes === null
      ? '-'
      : `${formatBytes(figures.strandedBytes)} (${formatPercent(figures.strandedPercent)} of the free)`;
  return {
    title: `Allocator ${result.allocator.name}`,
    columns: [{ title: 'figure', text: true }, { title: 'value' }],
    rows: [
      ['allocations that a cache served', formatPercent(figures.cacheHitPercent)],
      ['pool requests without a trip to the global pool', formatPercent(figures.poolHitPercent)],
      ['trips to the global lock per allocation or free', number(figures.globalTripsPerOperation)],
      ['splits per allocation', number(figures.splitsPerAllocation)],
      ['merges per free', number(figures.mergesPerFree)],
      ['held back in CPU caches and pools, mid-run', stranded],
      ['reclaims under pressure', figures.reclaims === null ? '-' : formatCount(figures.reclaims)],
      ...figures.failures.map(({ reason, count }) => [reason, formatCount(count)]),
      ...Object.entries(result.allocator.counters).map(([name, count]) => [
        `counter ${name}`,
        formatCount(count),
      ]),
    ].filter(([, value]) => value !== '-'),
  };
}

export function configurationTable(result: RunResult): ReportTable {
  const c = result.configuration;
  const rows: string[][] = [
    ['workload', c.workload],
    ['workers', `${c.workers}${c.oversubscribed ? ' (more than cores)' : ''}`],
    ['bounded by', boundOf(result)],
    ['warm-up', warmupAsked(c.warmup)],
    ['seed', `${c.seed}`],
    ['memory', formatBytes(c.memoryBytes)],
    ['memory map', c.map ?? 'all usable'],
    ['withheld for hotplug', formatBytes(c.hotplugBytes)],
    ['allocator', c.allocator],
    ['parameters', JSON.stringify(c.params)],
    ['lock', c.lock],
    ['statistics', c.stats],
    ['oracle', c.oracle],
    ['hang timeout', formatDuration(c.hangTimeoutMs * 1e6)],
    [
      'injected delay',
      c.injectDelay === null ? 'none' : `${formatNs(c.injectDelay.ns)} at ${c.injectDelay.lock}`,
    ],
  ];
  return { title: 'Configuration', columns: NAME_AND_VALUE, rows };
}

export function environmentTable(result: RunResult): ReportTable {
  return {
    title: 'Environment',
    columns: NAME_AND_VALUE,
    rows: [
      ['framelab', result.tool.version],
      ...environmentRows(result.environment),
      ['started', result.startedAt],
      ['set up in', formatDuration(result.durations.setupMs * 1e6)],
      ['warm-up', warmupText(result)],
      ['measured', formatDuration(result.durations.measuredMs * 1e6)],
      ['CPU time meanwhile', formatDuration(result.durations.cpuMs * 1e6)],
    ],
  };
}

export function environmentRows(e: Environment): string[][] {
  return [
    ['commit', e.commit ?? 'none'],
    ['Node.js', e.node],
    ['V8', e.v8],
    ['platform', `${e.platform} ${e.arch}`],
    ['CPU', e.cpuModel],
    ['cores', `${e.cores}`],
    ['memory', formatBytes(e.memoryBytes)],
    ['load at the start', e.load.map((load) => load.toFixed(2)).join(', ')],
  ];
}

export function overheadTable(result: RunResult): ReportTable {
  const { overhead } = result;
  // Measured by a worker that got to its end: 0 is a cost that nobody measured, or that was not there.
  const cost = (ns: number) => formatNs(ns > 0 ? ns : null);
  return {
    title: 'What the lab itself costs',
    columns: NAME_AND_VALUE,
    rows: [
      ['recorder, per operation', cost(overhead.recorderNs)],
      ['oracle, per frame taken and freed', cost(overhead.oracleNs)],
      ['statistics, per lock acquisition', cost(overhead.statisticsNs)],
      ['one Atomics.compareExchange (the CAS unit)', cost(overhead.casNs)],
    ].filter(([, value]) => value !== '-'),
  };
}

const NAME_AND_VALUE = [
  { title: '', text: true },
  { title: '', text: true },
] as const;

function boundOf({ configuration: c }: RunResult): string {
  return c.durationMs === null
    ? `${formatCount(c.operations ?? 0)} operations per worker`
    : formatDuration(c.durationMs * 1e6);
}
