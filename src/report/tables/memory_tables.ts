import { formatBytes, formatDuration } from '../../platform/units.ts';
import type { RunResult } from '../../results/run_result.ts';
import { allocatorFigures } from '../figures/allocator_figures.ts';
import { formatCount, formatPercent } from '../figures/format.ts';
import { type ReportTable, tableOf } from './report_table.ts';

/** The allocator's memory at one moment. */
type Moment = Pick<
  RunResult['allocator'],
  'freeBytes' | 'largestFreeBlockBytes' | 'freeBlocksByOrder' | 'perCpu' | 'fragmentation'
> & { readonly when: string };

/** What is free, and where: at the middle of the run, if it was sampled, and at its end. */
export function freeMemoryTable(result: RunResult): ReportTable {
  return tableOf('Free memory', moments(result), [
    { title: 'when', inTerminal: '', text: true, cell: (moment) => moment.when },
    { title: 'free', cell: (moment) => formatBytes(moment.freeBytes) },
    { title: 'largest block', cell: (moment) => formatBytes(moment.largestFreeBlockBytes) },
    {
      title: 'in caches',
      cell: ({ perCpu }) => formatBytes(perCpu.reduce((sum, cpu) => sum + cpu.cacheBytes, 0)),
    },
    {
      title: 'in pools',
      help: 'of single CPUs',
      cell: ({ perCpu }) => formatBytes(perCpu.reduce((sum, cpu) => sum + cpu.poolBytes, 0)),
    },
    {
      title: 'fragmented',
      inTerminal: 'fragmentation',
      help: 'part of the free memory that is not in the largest free block',
      cell: (moment) => formatPercent(moment.fragmentation * 100),
    },
  ]);
}

/** When the allocator was sampled, in order. */
export function moments({ allocator }: RunResult): Moment[] {
  const { midRun } = allocator;
  const end: Moment = { when: 'at the end', ...allocator };
  return midRun === null ? [end] : [{ when: `at ${formatDuration(midRun.atMs * 1e6)}`, ...midRun }, end];
}

/** What follows from the allocator's counters, and the counters. */
export function allocatorFiguresTable(result: RunResult): ReportTable {
  const figures = allocatorFigures(result);
  const number = (value: number | null) => (value === null ? '-' : value.toFixed(3));
  const stranded =
    figures.strandedBytes === null
      ? '-'
      : `${formatBytes(figures.strandedBytes)} (${formatPercent(figures.strandedPercent)} of the free)`;
  const counters = Object.entries(result.allocator.counters);
  // A row of zeros says no more than its name does.
  const times = (count: number) => (count === 0 ? '-' : formatCount(count));
  const never = counters.filter(([, count]) => count === 0).map(([name]) => inWords(name));
  return {
    title: `Allocator ${result.allocator.name}`,
    note: never.length === 0 ? undefined : `Never: ${never.join(', ')}.`,
    columns: [{ title: 'figure', text: true }, { title: 'value' }],
    rows: [
      ['allocations that a cache served', formatPercent(figures.cacheHitPercent)],
      ['pool requests without a trip to the global pool', formatPercent(figures.poolHitPercent)],
      ['trips to the global lock per allocation or free', number(figures.globalTripsPerOperation)],
      ['splits per allocation', number(figures.splitsPerAllocation)],
      ['merges per free', number(figures.mergesPerFree)],
      ['held back in CPU caches and pools, mid-run', stranded],
      ['reclaims under pressure', times(figures.reclaims ?? 0)],
      ...figures.failures.map(({ reason, count }) => [reason, times(count)]),
      ...counters.map(([name, count]) => [inWords(name), times(count)]),
    ].filter(([, value]) => value !== '-'),
  };
}

/** `cacheRefills` as people write it: `cache refills`. */
function inWords(name: string): string {
  return name.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
