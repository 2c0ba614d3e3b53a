import { formatBytes, formatDuration } from '../../platform/units.ts';
import type { Environment } from '../../results/environment.ts';
import { mixArgument } from '../../results/mix.ts';
import type { RunResult } from '../../results/run_result.ts';
import { formatCount, formatNs } from '../figures/format.ts';
import { warmupAsked, warmupText } from '../figures/warmup_text.ts';
import { nameValueTable, type ReportTable } from './report_table.ts';

export function configurationTable(result: RunResult): ReportTable {
  const c = result.configuration;
  const rows: string[][] = [
    ['workload', c.workload],
    ...workloadRows(c),
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
    ...(c.faults.length === 0
      ? []
      : [
          ['faults', c.faults.join(', ')],
          ['recovers from deaths', c.recover ? 'yes' : 'no'],
        ]),
  ];
  return nameValueTable('Configuration', rows);
}

/** What was chosen for the workload. */
function workloadRows({ workloadParams, mix }: RunResult['configuration']): string[][] {
  const rows: string[][] = [];
  if (Object.keys(workloadParams).length > 0) {
    rows.push(['parameters of the workload', JSON.stringify(workloadParams)]);
  }
  if (mix !== null) rows.push(['sizes of blocks (frames:weight)', mixArgument(mix)]);
  return rows;
}

/** The machine that a run ran on, and when. */
export function runEnvironmentTable(result: RunResult): ReportTable {
  return nameValueTable('Environment', [
    ['framelab', result.tool.version],
    ...environmentRows(result.environment),
    ['started', result.startedAt],
    ['set up in', formatDuration(result.durations.setupMs * 1e6)],
    ['warm-up', warmupText(result)],
    ['measured', formatDuration(result.durations.measuredMs * 1e6)],
    ['CPU time meanwhile', formatDuration(result.durations.cpuMs * 1e6)],
  ]);
}

/** The machine alone, if what ran on it is shown elsewhere. */
export function environmentTable(environment: Environment): ReportTable {
  return nameValueTable('Environment', environmentRows(environment));
}

function environmentRows(e: Environment): string[][] {
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
  // Measured by a worker that ended normally: 0 is a cost that was not measured, or that did not arise.
  const cost = (ns: number) => formatNs(ns > 0 ? ns : null);
  return nameValueTable(
    'What the lab itself costs',
    [
      ['recorder, per operation', cost(overhead.recorderNs)],
      ['oracle, per frame taken and freed', cost(overhead.oracleNs)],
      ['statistics, per lock acquisition', cost(overhead.statisticsNs)],
      ['one Atomics.compareExchange (the CAS unit)', cost(overhead.casNs)],
    ].filter(([, value]) => value !== '-'),
  );
}

function boundOf({ configuration: c }: RunResult): string {
  return c.durationMs === null
    ? `${formatCount(c.operations ?? 0)} operations per worker`
    : formatDuration(c.durationMs * 1e6);
}
