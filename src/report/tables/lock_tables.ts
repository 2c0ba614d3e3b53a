import type { LockResult, RunResult } from '../../results/run_result.ts';
import type { ContentionFigures } from '../../sync/decorators/lock_figures.ts';
import { formatCount, formatNs, formatPercent } from '../figures/format.ts';
import { type ColumnOf, type ReportTable, tableOf } from './report_table.ts';

/** All locks that were taken (or all, if none was), with the columns that users of /proc/lock_stat and `perf lock contention` know. */
export function contentionTable(result: RunResult): ReportTable {
  const taken = takenLocks(result);
  const note = [holdsNote(result), ...taken.map(longestHold), idleLocks(result)].filter(
    (text) => text !== '',
  );
  return tableOf(
    'Contention by lock',
    taken.length === 0 ? result.locks : taken,
    [
      { title: 'lock', text: true, cell: ({ name }) => name },
      { title: 'kind', text: true, cell: ({ kind }) => kind },
      ...figuresOf<LockResult>(({ total }) => total),
      {
        title: 'held',
        help: 'share of the measured time in which it was held',
        cell: ({ utilisationPercent }) => formatPercent(utilisationPercent),
      },
      {
        title: 'fairness',
        inTerminal: false,
        help: 'Jain’s index of the acquisitions by worker: 1 is equal shares',
        cell: ({ total, fairness }) => (total.acquisitions === 0 ? '-' : fairness.toFixed(3)),
      },
    ],
    note.join(' '),
  );
}

/** A lock's figures, or those of a part of them. */
interface LockPart {
  readonly lock: string;
  readonly part: string;
  readonly figures: ContentionFigures;
}

/** Each lock that was taken, by the workers that took it. */
export function lockByWorkerTable(result: RunResult): ReportTable {
  const parts = takenLocks(result).flatMap(({ name, byCpu }) =>
    byCpu
      .map((figures, cpu): LockPart => ({ lock: name, part: `${cpu}`, figures }))
      .filter(({ figures }) => figures.acquisitions > 0),
  );
  return tableOf('Contention by lock and worker', parts, [
    { title: 'lock', text: true, cell: ({ lock }) => lock },
    { title: 'worker', cell: ({ part }) => part },
    ...figuresOf<LockPart>(({ figures }) => figures),
  ]);
}

/** Each lock that was taken, by call site. */
export function callSiteTable(result: RunResult): ReportTable {
  const parts = takenLocks(result).flatMap(({ name, bySite }) =>
    bySite
      .filter(({ figures }) => figures.acquisitions > 0)
      .map(({ site, figures }): LockPart => ({ lock: name, part: site, figures })),
  );
  return tableOf('Contention by call site', parts, [
    { title: 'lock', text: true, cell: ({ lock }) => lock },
    { title: 'caller', text: true, cell: ({ part }) => part },
    ...figuresOf<LockPart>(({ figures }) => figures),
  ]);
}

export function takenLocks(result: RunResult): readonly LockResult[] {
  return result.locks.filter((lock) => lock.total.acquisitions > 0);
}

/** The locks that nobody took, in a sentence: a row of zeros says no more. Empty if there is none, or no other. */
export function idleLocks(result: RunResult): string {
  const idle = result.locks.filter((lock) => lock.total.acquisitions === 0).map(({ name }) => name);
  return idle.length === 0 || idle.length === result.locks.length
    ? ''
    : `Not taken in the time measured: ${idle.join(', ')}.`;
}

/** How waits and holds were timed, so that the reader knows which figures are exact. */
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

/** How often and how long: the same columns for a lock, for one worker's part of it, and for one call site's. */
const FIGURE_COLUMNS: readonly ColumnOf<ContentionFigures>[] = [
  {
    title: 'acquired',
    inTerminal: 'acquisitions',
    help: 'times it was taken (acquisitions)',
    cell: ({ acquisitions }) => formatCount(acquisitions),
  },
  {
    title: 'contended',
    help: 'of these, how many had to wait (contentions)',
    cell: ({ contended }) => formatCount(contended),
  },
  {
    title: 'miss',
    help: 'contended / acquired',
    cell: ({ missRatio }) => formatPercent(missRatio * 100),
  },
  {
    title: 'spins/acq',
    inTerminal: false,
    help: 'fruitless looks at the lock per acquisition',
    cell: ({ spins, acquisitions }) => (acquisitions === 0 ? '-' : (spins / acquisitions).toFixed(2)),
  },
  { title: 'spins', onPages: false, cell: ({ spins }) => formatCount(spins) },
  {
    title: 'parks',
    inTerminal: false,
    help: 'times a waiter slept',
    cell: ({ parks }) => formatCount(parks),
  },
  {
    title: 'bounces',
    inTerminal: false,
    help: 'acquisitions after another worker’s (acq-bounces)',
    cell: ({ handOvers }) => formatCount(handOvers),
  },
  { title: 'wait total', help: 'waittime-total', cell: waited((wait) => wait.totalNs) },
  { title: 'wait avg', inTerminal: 'avg', cell: waited((wait) => wait.avgNs) },
  { title: 'wait p50', inTerminal: false, cell: waited((wait) => wait.p50Ns) },
  { title: 'wait p99', inTerminal: 'p99', cell: waited((wait) => wait.p99Ns) },
  { title: 'wait max', inTerminal: 'max', cell: waited((wait) => wait.maxNs) },
  { title: 'hold avg', help: 'holdtime-avg', cell: held((hold) => hold.avgNs) },
  { title: 'hold p99', inTerminal: false, cell: held((hold) => hold.p99Ns) },
  { title: 'hold max', inTerminal: 'max', cell: held((hold) => hold.maxNs) },
];

type Times = ContentionFigures['wait'];

function waited(read: (wait: Times) => number): (figures: ContentionFigures) => string {
  return ({ wait }) => formatNs(wait.count > 0 ? read(wait) : null);
}

function held(read: (hold: Times) => number): (figures: ContentionFigures) => string {
  return ({ hold }) => formatNs(hold.count > 0 ? read(hold) : null);
}

/** The columns of figures, for things that have some. */
function figuresOf<Thing>(read: (thing: Thing) => ContentionFigures): ColumnOf<Thing>[] {
  return FIGURE_COLUMNS.map((column) => ({ ...column, cell: (thing) => column.cell(read(thing)) }));
}

function longestHold({ name, longestHold: longest }: LockResult): string {
  return longest === null
    ? ''
    : `Longest hold of ${name}: ${formatNs(longest.ns)}, worker ${longest.cpu} in ${longest.site}.`;
}
