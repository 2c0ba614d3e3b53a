import { percentChange } from '../../compare/percent_change.ts';
import type { ComparedFigure } from '../../results/bench_comparison_result.ts';
import type { ComparisonResult, MetricComparison } from '../../results/comparison_result.ts';
import { metric as metricOf } from '../../results/metrics.ts';
import { formatNs, formatRate } from '../figures/format.ts';
import { type ColumnOf, type ReportTable, tableOf } from './report_table.ts';

/** All metrics of a comparison: a table for each combination. */
export function comparisonTables({ cells, gate, inCasUnits }: ComparisonResult): ReportTable[] {
  const note = inCasUnits
    ? 'In multiples of what one uncontended compareExchange took at the time: a rate is operations per CAS.'
    : undefined;
  const value = (comparison: MetricComparison, side: 'base' | 'now') =>
    shownMetric(comparison, comparison[side].median, inCasUnits);
  const columns: ColumnOf<MetricComparison>[] = [
    {
      title: 'metric',
      text: true,
      cell: ({ metric }) => `${metricOf(metric).title}${metric === gate ? ' (gate)' : ''}`,
    },
    { title: 'verdict', text: true, cell: ({ verdict }) => verdict },
    { title: 'base', cell: (comparison) => value(comparison, 'base') },
    { title: 'new', cell: (comparison) => value(comparison, 'now') },
    ...EVIDENCE_COLUMNS,
  ];
  return cells.map(({ name, metrics }) => tableOf(name, metrics, columns, note));
}

/** The figures that both benchmarks have. */
export function benchComparisonTable(figures: readonly ComparedFigure[]): ReportTable {
  return tableOf<ComparedFigure>(
    'figures of both',
    figures,
    [
      { title: 'figure', text: true, cell: ({ metric }) => metric },
      { title: 'verdict', text: true, cell: ({ verdict }) => verdict },
      { title: 'base', cell: (figure) => shownFigure(figure, figure.base.median) },
      { title: 'new', cell: (figure) => shownFigure(figure, figure.now.median) },
      ...EVIDENCE_COLUMNS,
    ],
    'In units of one uncontended compareExchange at the time; of locks, acquisitions in the time of one.',
  );
}

/** What a verdict rests on. */
const EVIDENCE_COLUMNS: readonly ColumnOf<MetricComparison<string>>[] = [
  { title: 'change', cell: ({ ratio }) => (ratio === null ? '-' : percentChange(ratio)) },
  {
    title: '95 % interval',
    cell: ({ interval }) =>
      interval === null ? '-' : `${percentChange(interval.low)} to ${percentChange(interval.high)}`,
  },
  { title: 'p', cell: ({ p }) => (p === null ? '-' : p < 0.0001 ? '<0.0001' : p.toFixed(4)) },
  {
    title: 'spread',
    cell: ({ base, now }) => `±${(Math.max(relativeSpread(base), relativeSpread(now)) * 100).toFixed(1)} %`,
  },
];

function shownMetric({ metric }: MetricComparison, value: number, inCasUnits: boolean): string {
  const { unit, scale } = metricOf(metric);
  if (inCasUnits && scale !== 'none') return `${short(value)} ${scale === 'rate' ? '/CAS' : 'CAS'}`;
  if (unit === 'ns') return formatNs(value);
  if (unit === '%') return `${short(value)} %`;
  return `${formatRate(value)}/s`;
}

function shownFigure({ unit }: ComparedFigure, value: number): string {
  return unit === 'of control' ? `${(value * 100).toFixed(0)} %` : `${short(value)}`;
}

function short(value: number): number {
  return Number(value.toPrecision(3));
}

function relativeSpread({ median, spread }: { median: number; spread: number }): number {
  return median === 0 ? 0 : spread / median;
}
