import {
  BENCH_COMPARISON_SCHEMA_VERSION,
  type BenchComparison,
  type ComparedFigure,
  type FigureUnit,
} from '../results/bench_comparison_result.ts';
import type { BenchRows } from '../results/bench_rows.ts';
import { headerOf } from '../results/header.ts';
import { environmentDifferences } from './baseline.ts';
import { type ComparisonOptions, compareMetric, worstVerdict } from './comparison.ts';
import { outcomeOf, regression } from './regression.ts';

export interface BenchComparisonOptions extends Pick<ComparisonOptions, 'noiseBand' | 'seed'> {
  readonly labels: { readonly base: string; readonly now: string };
  readonly differences: readonly string[];
  /** The arguments of `framelab` that compare them again; empty if no command does. */
  readonly reproduce?: readonly string[];
}

/** One figure of a benchmark with all its repetitions. */
interface Figure {
  readonly name: string;
  readonly unit: FigureUnit;
  readonly higherIsBetter: boolean;
  readonly values: readonly number[];
  /** What it was measured with; must be the same on both sides. */
  readonly setup: Readonly<Record<string, string>>;
}

/** Compares the figures that both have, in units: at different times, processes had cores of different speed. */
export function compareBenches(
  base: BenchRows,
  now: BenchRows,
  options: BenchComparisonOptions,
): BenchComparison {
  const before = figuresOf(base);
  const after = figuresOf(now);
  const figures = pairs(before, after).map(
    ([old, figure]): ComparedFigure => ({
      ...compareMetric(figure, old.values, figure.values, options),
      unit: figure.unit,
    }),
  );
  const verdict = worstVerdict(figures.map((figure) => figure.verdict));
  return {
    ...headerOf({
      schemaVersion: BENCH_COMPARISON_SCHEMA_VERSION,
      kind: 'bench-comparison',
      startedAt: new Date().toISOString(),
      environment: now.environment,
      outcome: outcomeOf(verdict),
      findings: figures
        .filter((figure) => figure.verdict === 'worse')
        .map((figure) => regression('the benchmark', figure)),
      reproduce: options.reproduce ?? [],
    }),
    base: { label: options.labels.base, startedAt: base.startedAt, commit: base.environment.commit },
    now: { label: options.labels.now, startedAt: now.startedAt, commit: now.environment.commit },
    noiseBand: options.noiseBand,
    differences: options.differences,
    figures,
    onlyBase: namesMissing(before, after),
    onlyNow: namesMissing(after, before),
    verdict,
    trustworthy: figures.length > 0 && figures.every((figure) => figure.trustworthy),
  };
}

/** Why two benchmarks cannot be compared fairly, each a sentence; empty if they can. */
export function benchDifferences(base: BenchRows, now: BenchRows): string[] {
  const found = environmentDifferences(base.environment, now.environment);
  if (base.quick !== now.quick) found.push(`--quick: ${base.quick} then, ${now.quick} now`);
  if (base.memoryBytes !== now.memoryBytes) {
    found.push(`memoryBytes: ${base.memoryBytes} then, ${now.memoryBytes} now`);
  }
  const common = pairs(figuresOf(base), figuresOf(now));
  if (common.length === 0) found.push('they have no figure in common');
  for (const [old, figure] of common) {
    for (const [field, value] of Object.entries(figure.setup)) {
      if (old.setup[field] !== value) {
        found.push(`${field} of ${figure.name}: ${old.setup[field]} then, ${value} now`);
      }
    }
  }
  return found;
}

function figuresOf({ rows, scale, locks }: BenchRows): Figure[] {
  return [
    ...rows.map(({ row, allocator, lock, threads, statistics, runs }): Figure => {
      const isOfLock = allocator === '-';
      return {
        name: `${row} ${isOfLock ? lock : allocator} x${threads}`,
        unit: 'CAS',
        higherIsBetter: false,
        values: runs.map(({ ns, unitNs }) => ns / unitNs),
        setup: isOfLock ? { statistics } : { lock, statistics },
      };
    }),
    ...scale.map(
      ({ row, allocator, runs }): Figure => ({
        name: `two threads on ${row} ${allocator}`,
        unit: 'of control',
        higherIsBetter: true,
        values: runs.map(({ speedup, controlSpeedup }) => speedup / controlSpeedup),
        setup: {},
      }),
    ),
    ...locks.map(
      ({ lock, threads, statistics, runs }): Figure => ({
        name: `contended ${lock} x${threads}`,
        unit: 'per CAS',
        higherIsBetter: true,
        values: runs.map(({ perSecond, unitNs }) => perSecond * unitNs * 1e-9),
        setup: { statistics },
      }),
    ),
  ];
}

function pairs(before: readonly Figure[], after: readonly Figure[]): [Figure, Figure][] {
  return after.flatMap((figure) => {
    const old = before.find(({ name }) => name === figure.name);
    return old === undefined ? [] : [[old, figure] as [Figure, Figure]];
  });
}

function namesMissing(from: readonly Figure[], among: readonly Figure[]): string[] {
  return from.map(({ name }) => name).filter((name) => !among.some((figure) => figure.name === name));
}
