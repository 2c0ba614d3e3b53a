import type {
  ComparedSide,
  ComparisonEnd,
  ComparisonVerdict,
  MetricComparison,
} from './comparison_result.ts';
import type { ResultHeader } from './header.ts';

export const BENCH_COMPARISON_SCHEMA_VERSION = 1;

/** What comparing two benchmarks says. The schema for other programs is schemas/bench_comparison.schema.json. */
export interface BenchComparison extends ResultHeader<'bench-comparison', ComparisonEnd> {
  readonly base: ComparedSide;
  readonly now: ComparedSide;
  readonly noiseBand: number;
  /** What makes the comparison unfair, if it was forced. */
  readonly differences: readonly string[];
  readonly figures: readonly ComparedFigure[];
  /** Names of figures that only one of them has. */
  readonly onlyBase: readonly string[];
  readonly onlyNow: readonly string[];
  /** The worst of all figures. */
  readonly verdict: ComparisonVerdict;
  /** False if the repetitions of any figure are too few or too noisy for a verdict. */
  readonly trustworthy: boolean;
}

/** By the figure's name. */
export interface ComparedFigure extends MetricComparison<string> {
  /** What both medians are in: units per operation, acquisitions in the time of a unit, or a share of the control. */
  readonly unit: FigureUnit;
}

export type FigureUnit = 'CAS' | 'per CAS' | 'of control';
