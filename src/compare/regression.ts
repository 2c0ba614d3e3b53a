import type { ComparisonEnd, ComparisonVerdict, MetricComparison } from '../results/comparison_result.ts';
import type { Finding } from '../results/finding.ts';

/** How a comparison with this verdict ended. */
export function outcomeOf(verdict: ComparisonVerdict): ComparisonEnd {
  if (verdict === 'worse') return 'regression';
  return verdict === 'cannot tell' ? 'unproved' : 'passed';
}

/** A figure that got worse, as a finding; `of` says where it was measured. */
export function regression(of: string, compared: MetricComparison<string>): Finding {
  const { metric, base, now, ratio, reason } = compared;
  return {
    verdict: 'regression',
    blames: 'code',
    message: `${metric} of ${of} got worse: ${reason}`,
    details: [],
    cause: null,
    thread: null,
    places: [],
    evidence: { kind: 'figure', of, metric, base, now, ratio },
  };
}
