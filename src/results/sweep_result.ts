import { type SampleSummary, summarize } from '../platform/sample_statistics.ts';
import type { Finding } from './finding.ts';
import { headerOf, type ResultHeader } from './header.ts';
import { METRICS, type MetricName } from './metrics.ts';
import type { Configuration, RunEnd, RunResult } from './run_result.ts';
import type { WarmupResult } from './warmup.ts';

// Repeated runs of one configuration or of a matrix of them: a sweep. A baseline is a sweep too, often of one
// cell. The schema for other programs is schemas/sweep.schema.json.

export const SWEEP_SCHEMA_VERSION = 1;

/** Its findings are those of its runs. */
export interface SweepResult extends ResultHeader<'sweep', RunEnd> {
  /** False if it was interrupted. */
  readonly complete: boolean;
  /** What varies, and its values in the order given; empty if one configuration was repeated. */
  readonly axes: readonly { readonly name: AxisName; readonly values: readonly string[] }[];
  /** Repetitions that were asked for. */
  readonly repeat: number;
  readonly cells: readonly SweepCell[];
}

/** What a sweep can vary. */
export const AXIS_NAMES = ['workers', 'lock', 'allocator'] as const;
export type AxisName = (typeof AXIS_NAMES)[number];

export interface SweepCell {
  /** Its value on each axis. */
  readonly point: Readonly<Partial<Record<AxisName, string>>>;
  /** That of its first repetition; the others have their own seeds. */
  readonly configuration: Configuration;
  readonly repetitions: readonly Repetition[];
  /** By metric; null if no repetition has it. */
  readonly summary: Readonly<Record<MetricName, SampleSummary | null>>;
  /** Throughput as a share of the ideal: that of one worker with the same lock and allocator, times the workers. */
  readonly scalingEfficiency: number | null;
}

/** What is kept of each of many runs. */
export interface Repetition {
  readonly startedAt: string;
  readonly seed: number;
  readonly outcome: RunEnd;
  readonly measuredMs: number;
  /** The warm-up; null if none. */
  readonly warmup: Pick<WarmupResult, 'ended' | 'durationMs' | 'operations'> | null;
  /** Load average over a minute when it began. */
  readonly load: number;
  /** What one uncontended compareExchange took; 0 if unknown. */
  readonly casNs: number;
  /** By name of a metric. */
  readonly metrics: Readonly<Record<MetricName, number | null>>;
}

/** Makes a sweep of what was run: its outcome follows from its repetitions. */
export function sweepOf(
  parts: Omit<SweepResult, 'schemaVersion' | 'kind' | 'tool' | 'outcome'>,
): SweepResult {
  const { startedAt, environment, findings, reproduce, complete, axes, repeat, cells } = parts;
  const outcome = outcomeOfSweep(parts);
  return {
    ...headerOf({
      schemaVersion: SWEEP_SCHEMA_VERSION,
      kind: 'sweep',
      startedAt,
      environment,
      outcome,
      findings,
      reproduce,
    }),
    complete,
    axes,
    repeat,
    cells,
  };
}

/** The gravest outcome of all repetitions decides. */
export function outcomeOfSweep({ cells, complete }: Pick<SweepResult, 'cells' | 'complete'>): RunEnd {
  const outcomes = cells.flatMap((cell) => cell.repetitions.map((repetition) => repetition.outcome));
  const gravest: readonly RunEnd[] = ['violation', 'hung', 'crashed', 'unproved'];
  const found = gravest.find((outcome) => outcomes.includes(outcome));
  return found ?? (complete ? 'passed' : 'interrupted');
}

/** A run's findings as those of a sweep, which name their run. */
export function findingsInSweep(
  { findings, configuration }: RunResult,
  point: SweepCell['point'],
): Finding[] {
  const which = `in a run of ${describePoint(point)} with seed ${configuration.seed}`;
  return findings.map((finding) => ({ ...finding, details: [which, ...finding.details] }));
}

export function repetitionOf(result: RunResult): Repetition {
  return {
    startedAt: result.startedAt,
    seed: result.configuration.seed,
    outcome: result.outcome,
    measuredMs: result.durations.measuredMs,
    warmup: warmupOf(result),
    load: result.environment.load[0],
    casNs: result.overhead.casNs ?? 0,
    metrics: Object.fromEntries(METRICS.map((metric) => [metric.name, metric.read(result)])) as Record<
      MetricName,
      number | null
    >,
  };
}

function warmupOf({ warmup }: RunResult): Repetition['warmup'] {
  if (warmup === null) return null;
  const { ended, durationMs, operations } = warmup;
  return { ended, durationMs, operations };
}

/** `2 workers, lock mcs`; `this configuration` if nothing varies. */
export function describePoint(point: SweepCell['point']): string {
  const parts = AXIS_NAMES.flatMap((name) => {
    const value = point[name];
    if (value === undefined) return [];
    return [name === 'workers' ? `${value} ${value === '1' ? 'worker' : 'workers'}` : `${name} ${value}`];
  });
  return parts.join(', ') || 'this configuration';
}

/** Makes a cell of repetitions that were run elsewhere. */
export function cellOf(
  point: SweepCell['point'],
  configuration: SweepCell['configuration'],
  repetitions: readonly Repetition[],
): SweepCell {
  const summary = Object.fromEntries(
    METRICS.map(({ name }) => {
      const values = valuesOf(repetitions, name);
      return [name, values.length === 0 ? null : summarize(values)];
    }),
  ) as SweepCell['summary'];
  return { point, configuration, repetitions, summary, scalingEfficiency: null };
}

/** Only of the repetitions that passed: failed ones say nothing about speed. */
export function valuesOf(repetitions: readonly Repetition[], metric: MetricName): number[] {
  return repetitions
    .filter((repetition) => repetition.outcome === 'passed')
    .map((repetition) => repetition.metrics[metric])
    .filter((value): value is number => value !== null);
}
