import type {
  CampaignCell,
  CampaignResult,
  CampaignWorker,
  KindOfFailure,
} from '../../results/campaign_result.ts';
import { formatCount, formatRate } from '../figures/format.ts';
import { type ColumnOf, nameValueTable, type ReportTable, tableOf } from './report_table.ts';

/** More workers are not listed one by one. */
const WORKERS_MAX = 40;

/** Everything of a campaign that is a table; those without rows are left out. */
export function campaignTables(result: CampaignResult): ReportTable[] {
  const { cells, kinds, workers } = result;
  const explored = cells.filter(({ kind }) => kind === 'explore');
  const tables = [
    kindTable(kinds),
    cellTable('Explored', explored, EXPLORED),
    cellTable(
      'Run',
      cells.filter(({ kind }) => kind === 'run'),
      RUN,
    ),
    workerTable(workers),
    aboutTable(result),
  ];
  return tables.filter(({ rows }) => rows.length > 0);
}

function kindTable(kinds: readonly KindOfFailure[]): ReportTable {
  return tableOf('Kinds of failure', kinds, [
    { title: 'key', text: true, cell: ({ key }) => key },
    { title: 'verdict', text: true, cell: ({ verdict }) => verdict },
    { title: 'in', text: true, cell: ({ subject }) => subject },
    { title: 'times', cell: ({ times }) => formatCount(times), help: 'executions that ended so' },
    { title: 'first in slice', text: true, cell: ({ slice }) => slice },
    { title: 'replay', text: true, inTerminal: false, cell: ({ replay }) => replay ?? '-' },
  ]);
}

const BOTH: readonly ColumnOf<CampaignCell>[] = [
  { title: 'what', text: true, cell: ({ subject }) => subject },
  { title: 'how', text: true, cell: ({ how }) => how },
];

const DONE: ColumnOf<CampaignCell> = {
  title: 'slices',
  cell: ({ slices }) =>
    slices.done === slices.planned ? `${slices.done}` : `${slices.done}/${slices.planned}`,
  help: 'done, of those planned',
};

const EXPLORED: readonly ColumnOf<CampaignCell>[] = [
  ...BOTH,
  DONE,
  { title: 'schedules', cell: ({ executions }) => formatCount(executions) },
  {
    title: 'per s',
    cell: perSecond,
    help: 'schedules in a second of one process, those abandoned as redundant among them',
  },
  { title: 'failed', cell: ({ failed }) => formatCount(failed) },
  {
    title: 'one in',
    cell: oneIn,
    help: 'schedules for one that fails',
  },
  {
    title: 'behaviours',
    cell: ({ behaviours }) =>
      behaviours === undefined ? '-' : `${behaviours.sampled ? '~' : ''}${formatCount(behaviours.distinct)}`,
    inTerminal: 'behav.',
  },
  {
    title: 'a new one',
    cell: chance,
    help: 'how likely the next schedule of this strategy shows a new behaviour',
  },
];

const RUN: readonly ColumnOf<CampaignCell>[] = [
  ...BOTH,
  DONE,
  { title: 'operations', cell: ({ operations }) => formatCount(operations) },
  { title: 'per s', cell: perSecond, help: 'without a warm-up: not a measure of speed' },
  { title: 'failed', cell: ({ failed }) => formatCount(failed) },
];

function cellTable(
  title: string,
  cells: readonly CampaignCell[],
  columns: readonly ColumnOf<CampaignCell>[],
): ReportTable {
  const several = new Set(cells.flatMap(({ environment }) => environment?.node ?? [])).size > 1;
  const where: ColumnOf<CampaignCell> = {
    title: 'Node.js',
    text: true,
    cell: ({ environment }) => environment?.node ?? '-',
  };
  return tableOf(title, cells, several ? [...columns, where] : columns);
}

function perSecond({ perSecond: rate }: CampaignCell): string {
  return rate === null ? '-' : formatRate(rate);
}

/** Schedules for one that fails. */
function oneIn({ failed, executions }: CampaignCell): string {
  if (failed === 0) return '-';
  const schedules = executions / failed;
  return schedules < 10 ? schedules.toFixed(1) : formatCount(schedules);
}

/** `1 in 700`, `< 1 in 20,000`. */
function chance({ behaviours }: CampaignCell): string {
  const { chanceOfNew = null, chanceBelow = null } = behaviours ?? {};
  if (chanceOfNew !== null) return `1 in ${formatCount(Math.round(1 / chanceOfNew))}`;
  return chanceBelow === null ? '-' : `< 1 in ${formatCount(Math.round(1 / chanceBelow))}`;
}

function workerTable(workers: readonly CampaignWorker[]): ReportTable {
  const note = workers.length > WORKERS_MAX ? `The first ${WORKERS_MAX} of ${workers.length}.` : undefined;
  return tableOf(
    'Workers',
    workers.slice(0, WORKERS_MAX),
    [
      { title: 'worker', text: true, cell: ({ worker }) => worker, help: 'host, process, and when it began' },
      { title: 'Node.js', text: true, cell: ({ environment }) => environment?.node ?? '-' },
      { title: 'slices', cell: ({ slices }) => formatCount(slices) },
      { title: 'executions', cell: ({ executions }) => formatCount(executions) },
      { title: 'seconds', cell: ({ seconds }) => seconds.toFixed(1) },
    ],
    note,
  );
}

function aboutTable({ plan, seed, slices, startedAt, environment, tool }: CampaignResult): ReportTable {
  return nameValueTable('Campaign', [
    ['plan', plan.slice(0, 16)],
    ['seed', `${seed}`],
    [
      'slices',
      `${slices.done} done, ${slices.refused} refused, ${slices.crashed} crashed, ${slices.planned} planned`,
    ],
    ['framelab', tool.version],
    ['commit', environment.commit ?? '-'],
    ['put together', startedAt],
  ]);
}
