import type { MetricComparison } from '../results/comparison_result.ts';
import { metric as metricOf } from '../results/metrics.ts';
import { formatNs, formatRate } from './format.ts';
import type { ReportTable } from './report_table.ts';

export const EVIDENCE_COLUMNS = ['change', '95 % interval', 'p', 'spread'].map((title) => ({ title }));

/** What a verdict rests on, in `EVIDENCE_COLUMNS`. */
export function evidenceOf({ ratio, interval, p, base, now }: MetricComparison<string>): string[] {
  const spread = Math.max(relativeSpread(base), relativeSpread(now));
  return [
    ratio === null ? '-' : change(ratio),
    interval === null ? '-' : `${change(interval.low)} to ${change(interval.high)}`,
    p === null ? '-' : p < 0.0001 ? '<0.0001' : p.toFixed(4),
    `±${(spread * 100).toFixed(1)} %`,
  ];
}

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
      ...EVIDENCE_COLUMNS,
    ],
    rows: comparisons.map((comparison) => {
      const { title, unit, scale } = metricOf(comparison.metric);
      const cas = options.inCasUnits && scale !== 'none';
      const show = (value: number) =>
        cas
          ? `${Number(value.toPrecision(3))} ${scale === 'rate' ? '/CAS' : 'CAS'}`
          : formatValue(value, unit);
      return [
        comparison.metric === gate ? `${title} (gate)` : title,
        comparison.verdict,
        show(comparison.base.median),
        show(comparison.now.median),
        ...evidenceOf(comparison),
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
