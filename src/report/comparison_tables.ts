import type { MetricComparison } from '../lab/compare/comparison.ts';
import { metric as metricOf } from '../lab/compare/metrics.ts';
import { formatNs, formatRate } from './format.ts';
import type { ReportTable } from './report_table.ts';

/** All metrics of one comparison. @param what what is compared, where there are several */
export function comparisonTable(
  comparisons: readonly MetricComparison[],
  gate: string,
  options: { readonly title: string; readonly inCasUnits: boolean },
): ReportTable {
  return {
    title: options.title,
    note: options.inCasUnits
      ? 'In multiples of what one uncontended compareExchange took at the time: a rate is operations per CAS.'
      : undefined,
    columns: [
      { title: 'metric', text: true },
      { title: 'verdict', text: true },
      { title: 'base' },
      { title: 'new' },
      { title: 'change' },
      { title: '95 % interval' },
      { title: 'p' },
      { title: 'spread' },
    ],
    rows: comparisons.map((comparison) => {
      const { title, unit, scale } = metricOf(comparison.metric);
      const cas = options.inCasUnits && scale !== 'none';
      const show = (value: number) =>
        cas
          ? `${Number(value.toPrecision(3))} ${scale === 'rate' ? '/CAS' : 'CAS'}`
          : formatValue(value, unit);
      const spread = Math.max(relativeSpread(comparison.base), relativeSpread(comparison.now));
      return [
        comparison.metric === gate ? `${title} (gate)` : title,
        comparison.verdict,
        show(comparison.base.median),
        show(comparison.now.median),
        comparison.ratio === null ? '-' : change(comparison.ratio),
        comparison.interval === null
          ? '-'
          : `${change(comparison.interval.low)} to ${change(comparison.interval.high)}`,
        comparison.p === null ? '-' : comparison.p < 0.0001 ? '<0.0001' : comparison.p.toFixed(4),
        `±${(spread * 100).toFixed(1)} %`,
      ];
    }),
  };
}

function formatValue(value: number, unit: string): string {
  if (unit === 'ns') return formatNs(value);
  if (unit === '%') return `${Number(value.toPrecision(3))} %`;
  return `${formatRate(value)}/s`;
}

function relativeSpread({ median, spread }: { median: number; spread: number }): number {
  return median === 0 ? 0 : spread / median;
}

function change(ratio: number): string {
  const percent = (ratio - 1) * 100;
  return `${percent >= 0 ? '+' : '-'}${Math.abs(percent).toFixed(1)} %`;
}
