import type { Interval, SampleSummary } from '../platform/sample_statistics.ts';
import type { ResultHeader } from './header.ts';
import type { MetricName } from './metrics.ts';

export const COMPARISON_SCHEMA_VERSION = 1;

/** What comparing two sweeps says, cell by cell. The schema for other programs is schemas/comparison.schema.json. */
export interface ComparisonResult extends ResultHeader<'comparison', ComparisonEnd> {
  readonly base: ComparedSide;
  readonly now: ComparedSide;
  /** The metric whose regression makes the whole comparison fail. */
  readonly gate: MetricName;
  readonly noiseBand: number;
  /** True if the runs were not interleaved, and are compared in multiples of a CAS. */
  readonly inCasUnits: boolean;
  /** What makes the comparison unfair, if it was forced. */
  readonly differences: readonly string[];
  readonly cells: readonly ComparedCell[];
  /** The gate's verdict: the worst of all cells. */
  readonly verdict: ComparisonVerdict;
  /** False if the repetitions of any cell's gate are too few or too noisy for a verdict. */
  readonly trustworthy: boolean;
}

export interface ComparedSide {
  /** What the user called it: a file, a commit, an option. */
  readonly label: string;
  readonly startedAt: string;
  readonly commit: string | null;
  /** The warm-up of what is compared; null or missing if none. */
  readonly warmup?: WarmupOfSide | null;
}

export interface WarmupOfSide {
  /** Repetitions that warmed up. */
  readonly repetitions: number;
  /** Of these, how many should have become steady, but did not in the time for it. */
  readonly notSteady: number;
}

export interface ComparedCell {
  readonly name: string;
  readonly metrics: readonly MetricComparison[];
}

/** `regression` if something got worse, `unproved` if it cannot be told. The environment is the new side's. */
export type ComparisonEnd = 'passed' | 'regression' | 'unproved';

/** What two sets of repetitions say about one metric. */
export type ComparisonVerdict = 'better' | 'worse' | 'same' | 'cannot tell';

export interface MetricComparison<Name extends string = MetricName> {
  readonly metric: Name;
  readonly verdict: ComparisonVerdict;
  /** Why, in a sentence. */
  readonly reason: string;
  readonly base: SampleSummary;
  readonly now: SampleSummary;
  /** Median of the new over the base's; in CAS units where `inCasUnits`. Null if the base's is 0. */
  readonly ratio: number | null;
  readonly interval: Interval | null;
  /** Mann-Whitney, two-sided. */
  readonly p: number | null;
  /** False if the repetitions of one side are too few, or differ too much, for a verdict: it is *cannot tell* then. */
  readonly trustworthy: boolean;
}
