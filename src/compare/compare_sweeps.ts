import {
  COMPARISON_SCHEMA_VERSION,
  type ComparedSide,
  type ComparisonResult,
} from '../results/comparison_result.ts';
import { headerOf } from '../results/header.ts';
import type { MetricName } from '../results/metrics.ts';
import { describePoint, type SweepResult } from '../results/sweep_result.ts';
import { matchCells } from './baseline.ts';
import { type ComparisonOptions, compareRepetitions, worstVerdict } from './comparison.ts';
import { outcomeOf, regression } from './regression.ts';

export interface SweepComparisonOptions extends ComparisonOptions {
  readonly gate: MetricName;
  readonly labels: { readonly base: string; readonly now: string };
  readonly differences: readonly string[];
  /** The arguments of `framelab` that compare them again; empty if no command does. */
  readonly reproduce?: readonly string[];
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
  const verdict = worstVerdict(gates.map((gate) => gate?.verdict ?? 'cannot tell'));
  return {
    ...headerOf({
      schemaVersion: COMPARISON_SCHEMA_VERSION,
      kind: 'comparison',
      startedAt: new Date().toISOString(),
      environment: now.environment,
      outcome: outcomeOf(verdict),
      findings: cells.flatMap(({ name, metrics }) =>
        metrics
          .filter(({ metric, verdict: found }) => metric === options.gate && found === 'worse')
          .map((metric) => regression(name, metric)),
      ),
      reproduce: options.reproduce ?? [],
    }),
    base: sideOf(base, options.labels.base),
    now: sideOf(now, options.labels.now),
    gate: options.gate,
    noiseBand: options.noiseBand,
    inCasUnits: options.inCasUnits,
    differences: options.differences,
    cells,
    verdict,
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
