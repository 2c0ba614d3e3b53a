import type { LockResult, RunResult } from '../results/run_result.ts';
import type { ContentionFigures } from '../sync/decorators/lock_figures.ts';
import { formatCount, formatNs, formatPercent } from './format.ts';
import type { ReportColumn, ReportTable } from './report_table.ts';

/** All locks, with the columns that users of /proc/lock_stat and `perf lock contention` know. */
export function contentionTable(result: RunResult): ReportTable {
  return {
    title: 'Contention by lock',
    note: [holdsNote(result), ...takenLocks(result).map(longestHold)].filter((text) => text !== '').join(' '),
    columns: [
      { title: 'lock', text: true },
      { title: 'kind', text: true },
      ...FIGURE_COLUMNS,
      { title: 'held', help: 'part of the measured time that somebody held it' },
      { title: 'fairness', help: 'Jain’s index of the acquisitions by worker: 1 is equal shares' },
    ],
    rows: result.locks.map((lock) => [
      lock.name,
      lock.kind,
      ...figureCells(lock.total),
      formatPercent(lock.utilisationPercent),
      lock.total.acquisitions === 0 ? '-' : lock.fairness.toFixed(3),
    ]),
  };
}

/** Each lock that was taken, by worker. */
export function lockByWorkerTable(result: RunResult): ReportTable {
  return {
    title: 'Contention by lock and worker',
    columns: [{ title: 'lock', text: true }, { title: 'worker' }, ...FIGURE_COLUMNS],
    rows: takenLocks(result).flatMap((lock) =>
      lock.byCpu.map((figures, cpu) => [lock.name, `${cpu}`, ...figureCells(figures)]),
    ),
  };
}

/** Each lock that was taken, by what its holders were doing. */
export function callSiteTable(result: RunResult): ReportTable {
  return {
    title: 'Contention by call site',
    columns: [{ title: 'lock', text: true }, { title: 'caller', text: true }, ...FIGURE_COLUMNS],
    rows: takenLocks(result).flatMap((lock) =>
      lock.bySite
        .filter(({ figures }) => figures.acquisitions > 0)
        .map(({ site, figures }) => [lock.name, site, ...figureCells(figures)]),
    ),
  };
}

export function takenLocks(result: RunResult): readonly LockResult[] {
  return result.locks.filter((lock) => lock.total.acquisitions > 0);
}

/** How waits and holds were timed, for the reader to know what is exact. */
export function holdsNote(result: RunResult): string {
  switch (result.configuration.stats) {
    case 'off':
      return 'No statistics: --stats off.';
    case 'counts':
      return 'Nothing was timed: --stats counts.';
    case 'full':
      return 'Every wait and hold was timed: --stats full.';
    default:
      return 'Holds are sampled (the first ones, then ever fewer, down to one in 2,048), so hold and held are estimates; --stats full times all.';
  }
}

const FIGURE_COLUMNS: readonly ReportColumn[] = [
  { title: 'acquired', help: 'times it was taken (acquisitions)' },
  { title: 'contended', help: 'of these, how many had to wait (contentions)' },
  { title: 'miss', help: 'contended / acquired' },
  { title: 'spins/acq', help: 'fruitless looks at the lock per acquisition' },
  { title: 'parks', help: 'times a waiter slept' },
  { title: 'bounces', help: 'acquisitions after another worker’s (acq-bounces)' },
  { title: 'wait total', help: 'waittime-total' },
  { title: 'wait avg' },
  { title: 'p50' },
  { title: 'p99' },
  { title: 'max' },
  { title: 'hold avg', help: 'holdtime-avg' },
  { title: 'p99' },
  { title: 'max' },
];

function figureCells(figures: ContentionFigures): string[] {
  const { wait, hold, acquisitions } = figures;
  const waited = (ns: number) => formatNs(wait.count > 0 ? ns : null);
  const held = (ns: number) => formatNs(hold.count > 0 ? ns : null);
  return [
    formatCount(acquisitions),
    formatCount(figures.contended),
    formatPercent(figures.missRatio * 100),
    acquisitions === 0 ? '-' : (figures.spins / acquisitions).toFixed(2),
    formatCount(figures.parks),
    formatCount(figures.handOvers),
    waited(wait.totalNs),
    waited(wait.avgNs),
    waited(wait.p50Ns),
    waited(wait.p99Ns),
    waited(wait.maxNs),
    held(hold.avgNs),
    held(hold.p99Ns),
    held(hold.maxNs),
  ];
}

function longestHold({ name, longestHold: longest }: LockResult): string {
  return longest === null
    ? ''
    : `Longest hold of ${name}: ${formatNs(longest.ns)}, worker ${longest.cpu} in ${longest.site}.`;
}
