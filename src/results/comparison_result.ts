import { matchCells } from '../compare/baseline.ts';
import {
  type ComparisonOptions,
  type ComparisonVerdict,
  compareRepetitions,
  type MetricComparison,
} from '../compare/comparison.ts';
import type { MetricName } from '../compare/metrics.ts';
import { describePoint } from '../compare/sweep.ts';
import type { SweepResult } from './sweep_result.ts';

export const COMPARISON_SCHEMA_VERSION = 1;

/** What comparing two sweeps says, cell by cell. The schema for other programs is schemas/comparison.schema.json. */
export interface ComparisonResult {
  readonly schemaVersion: typeof COMPARISON_SCHEMA_VERSION;
  readonly kind: 'comparison';
  readonly base: ComparedSide;
  readonly now: ComparedSide;
  /** The metric whose regression is one of the whole. */
  readonly gate: MetricName;
  readonly noiseBand: number;
  /** True where the runs were not interleaved, and are compared in multiples of a CAS. */
  readonly inCasUnits: boolean;
  /** What makes the comparison unfair, where it was forced. */
  readonly differences: readonly string[];
  readonly cells: readonly ComparedCell[];
  /** The gate's: the worst of all cells. */
  readonly verdict: ComparisonVerdict;
  /** False where any cell's gate is too noisy to trust. */
  readonly trustworthy: boolean;
}

export interface ComparedSide {
  /** What the user called it: a file, a commit, an option. */
  readonly label: string;
  readonly startedAt: string;
  readonly commit: string | null;
  /** What came before what is compared; null or missing where nothing did. */
  readonly warmup?: WarmupOfSide | null;
}

export interface WarmupOfSide {
  /** Repetitions that warmed up. */
  readonly repetitions: number;
  /** Of these, the ones that were to go on until they were steady, and were not in the time for it. */
  readonly notSteady: number;
}

export interface ComparedCell {
  readonly name: string;
  readonly metrics: readonly MetricComparison[];
}

export interface SweepComparisonOptions extends ComparisonOptions {
  readonly gate: MetricName;
  readonly labels: { readonly base: string; readonly now: string };
  readonly differences: readonly string[];
}

/** Compares the cells that two sweeps have in common. */
export function compareSweeps(
  base: SweepResult,
  now: SweepResult,
  options: SweepComparisonOptions,
): ComparisonResult {
  const cells = matchCells(base, now).map((pair) => ({
    name: describePoint(pair.now.point),
    metrics: compareRepetitions(pair.base.repetitions, pair.now.repetitions, options),
  }));
  const gates = cells.map((cell) => cell.metrics.find((comparison) => comparison.metric === options.gate));
  return {
    schemaVersion: COMPARISON_SCHEMA_VERSION,
    kind: 'comparison',
    base: sideOf(base, options.labels.base),
    now: sideOf(now, options.labels.now),
    gate: options.gate,
    noiseBand: options.noiseBand,
    inCasUnits: options.inCasUnits,
    differences: options.differences,
    cells,
    verdict: worstVerdict(gates.map((gate) => gate?.verdict ?? 'cannot tell')),
    trustworthy: gates.length > 0 && gates.every((gate) => gate?.trustworthy ?? false),
  };
}

function sideOf({ startedAt, environment, cells }: SweepResult, label: string): ComparedSide {
  const warmups = cells.flatMap((cell) => cell.repetitions.flatMap(({ warmup }) => warmup ?? []));
  const notSteady = warmups.filter(({ ended }) => ended === 'not steady').length;
  return {
    label,
    startedAt,
    commit: environment.commit,
    warmup: warmups.length === 0 ? null : { repetitions: warmups.length, notSteady },
  };
}

/** `worse` where any is, and so on. */
export function worstVerdict(verdicts: readonly ComparisonVerdict[]): ComparisonVerdict {
  const order: readonly ComparisonVerdict[] = ['worse', 'cannot tell', 'same', 'better'];
  return order.find((verdict) => verdicts.includes(verdict)) ?? 'cannot tell';
}
