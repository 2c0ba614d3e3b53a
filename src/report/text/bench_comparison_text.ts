import type { BenchComparison } from '../../results/bench_comparison_result.ts';
import type { ComparisonVerdict } from '../../results/comparison_result.ts';
import { formatMany } from '../figures/format.ts';
import { printableResult } from '../figures/printable_result.ts';
import { benchComparisonTable } from '../tables/comparison_tables.ts';
import { titledTable } from './text_table.ts';

/** A comparison of benchmarks as people read it in a terminal. */
export function benchComparisonText(given: BenchComparison): string {
  const result = printableResult(given);
  const parts = [titledTable(benchComparisonTable(result.figures))];
  parts.push(...only('base', result.onlyBase), ...only('new', result.onlyNow), conclusion(result));
  return `${parts.join('\n\n')}\n`;
}

function only(side: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [`Only ${side} has: ${names.join(', ')}.`];
}

/** How many of each verdict, and the reasons of all but *same*. */
function conclusion({ figures, differences, trustworthy }: BenchComparison): string {
  const of = (verdict: ComparisonVerdict) => figures.filter((figure) => figure.verdict === verdict);
  const reasons = [...of('worse'), ...of('better')].map(
    ({ metric, verdict, reason }) => `${metric} ${verdict}: ${reason}`,
  );
  const unknown = of('cannot tell');
  // Usually all have one reason, such as too few repetitions.
  for (const reason of new Set(unknown.map((figure) => figure.reason))) {
    const names = unknown.filter((figure) => figure.reason === reason).map(({ metric }) => metric);
    reasons.push(`${list(names)} cannot tell: ${reason}`);
  }
  const unfair = differences.map((text) => `Compared by --force though they differ: ${text}`);
  const noise =
    trustworthy || unknown.length === 0
      ? []
      : [
          `Of ${formatMany(unknown.length, 'figure')}, repetitions are too few or vary too much for a verdict.`,
        ];
  const sum = `${of('worse').length} worse, ${of('better').length} better, ${of('same').length} the same, of ${unknown.length} nobody can tell.`;
  return [...reasons, ...unfair, ...noise, sum].join('\n');
}

function list(names: readonly string[]): string {
  return names.length <= 3 ? names.join(', ') : `${names[0]} and ${names.length - 1} others`;
}
