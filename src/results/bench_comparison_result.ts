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
  /** What makes the comparison unfair, where it was forced. */
  readonly differences: readonly string[];
  readonly figures: readonly ComparedFigure[];
  /** Names of what only one of them measured. */
  readonly onlyBase: readonly string[];
  readonly onlyNow: readonly string[];
  /** The worst of all figures. */
  readonly verdict: ComparisonVerdict;
  /** False where any figure is too noisy to trust. */
  readonly trustworthy: boolean;
}

/** By the figure's name. */
export interface ComparedFigure extends MetricComparison<string> {
  /** Of both medians: units of one operation, acquisitions in the time of a unit, or a part of the control. */
  readonly unit: FigureUnit;
}

export type FigureUnit = 'CAS' | 'per CAS' | 'of control';
