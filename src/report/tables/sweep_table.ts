import type { SweepCell, SweepResult } from '../../results/sweep_result.ts';
import { formatMany, formatNs, formatPercent, formatRate } from '../figures/format.ts';
import {
  bestCell,
  byThroughput,
  cellName,
  failedRepetitions,
  medianThroughput,
  RANKED_MIN,
} from '../figures/sweep_cells.ts';
import { sweepWarmupText } from '../figures/warmup_text.ts';
import { type ColumnOf, type ReportTable, tableOf } from './report_table.ts';

/** Every cell, the fastest first: medians over its repetitions, and how far they spread. */
export function sweepTable(sweep: SweepResult): ReportTable {
  const several = sweep.axes.length > 0;
  const scales = sweep.cells.some(
    (cell) => cell.scalingEfficiency !== null && cell.configuration.workers > 1,
  );
  const before = sweepWarmupText(sweep.cells);
  const cells = byThroughput(sweep.cells);
  const best = bestCell(sweep);
  const highest = Math.max(0, ...cells.map(medianThroughput));
  const table = tableOf(
    several ? 'Every combination' : 'Repetitions',
    cells,
    [
      {
        title: 'configuration',
        text: true,
        cell: (cell) => `${cellName(cell)}${cell === best ? ' (best)' : ''}`,
      },
      { title: 'runs', cell: ({ repetitions }) => `${repetitions.length}` },
      ...THROUGHPUT_COLUMNS,
      ...(scales ? [EFFICIENCY_COLUMN] : []),
      { title: 'p50', cell: ({ summary }) => formatNs(summary['latency-p50']?.median ?? null) },
      { title: 'p99', cell: ({ summary }) => formatNs(summary['latency-p99']?.median ?? null) },
      { title: 'contended', cell: ({ summary }) => formatPercent(summary.contended?.median ?? null) },
      {
        title: 'wait/op',
        help: 'waiting for locks, per operation',
        cell: ({ summary }) => formatNs(summary['lock-wait']?.median ?? null),
      },
      {
        title: 'failed',
        help: 'repetitions that did not pass',
        cell: (cell) => `${failedRepetitions(cell)}`,
      },
    ],
    `Medians of ${sweep.complete ? '' : 'up to '}${formatMany(sweep.repeat, 'repetition')}${several ? ', interleaved' : ''}; spread is 1.48 times the median deviation from the median.${before === null ? '' : ` ${before}`}`,
  );
  return {
    ...table,
    bars: {
      column: BAR_COLUMN,
      parts: cells.map((cell) => (highest > 0 ? medianThroughput(cell) / highest : 0)),
    },
    ...(best === null ? {} : { best: cells.indexOf(best) }),
  };
}

const BAR_COLUMN = 'operations/s';

const THROUGHPUT_COLUMNS: readonly ColumnOf<SweepCell>[] = [
  { title: BAR_COLUMN, cell: rate(({ median }) => median) },
  {
    title: 'spread',
    cell: ({ summary: { throughput } }) =>
      throughput === null || throughput.median === 0 || throughput.count < RANKED_MIN
        ? '-'
        : `±${formatPercent((throughput.spread / throughput.median) * 100)}`,
  },
  { title: 'lowest', cell: rate(({ min }) => min) },
  { title: 'highest', cell: rate(({ max }) => max) },
];

const EFFICIENCY_COLUMN: ColumnOf<SweepCell> = {
  title: 'efficiency',
  help: 'of so many times one worker’s throughput',
  cell: ({ scalingEfficiency }) =>
    scalingEfficiency === null ? '-' : formatPercent(scalingEfficiency * 100),
};

type Throughput = NonNullable<SweepCell['summary']['throughput']>;

function rate(read: (throughput: Throughput) => number): (cell: SweepCell) => string {
  return ({ summary }) => (summary.throughput === null ? '-' : formatRate(read(summary.throughput)));
}
