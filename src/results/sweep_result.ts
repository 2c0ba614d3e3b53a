import { type SampleSummary, summarize } from '../platform/sample_statistics.ts';
import type { Environment } from './environment.ts';
import { METRICS, type MetricName } from './metrics.ts';
import type { Configuration, Outcome, RunResult } from './run_result.ts';
import type { WarmupResult } from './warmup.ts';

// Repeated runs of one configuration or of a matrix of them: a sweep. A baseline is a sweep too, often of one
// cell. The schema for other programs is schemas/sweep.schema.json.

export const SWEEP_SCHEMA_VERSION = 1;

export interface SweepResult {
  readonly schemaVersion: typeof SWEEP_SCHEMA_VERSION;
  readonly kind: 'sweep';
  readonly tool: { readonly name: 'framelab'; readonly version: string };
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** False where it was interrupted. */
  readonly complete: boolean;
  readonly environment: Environment;
  /** What varies, and its values in the order given; none where one configuration was repeated. */
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
  /** Of its first repetition; the others have seeds of their own. */
  readonly configuration: Configuration;
  readonly repetitions: readonly Repetition[];
  /** By metric; null where no repetition tells. */
  readonly summary: Readonly<Record<MetricName, SampleSummary | null>>;
  /** Throughput of one worker of the same lock and allocator times the workers, of which this is that part. */
  readonly scalingEfficiency: number | null;
}

/** What is kept of one of many runs. */
export interface Repetition {
  readonly startedAt: string;
  readonly seed: number;
  readonly outcome: Outcome;
  readonly measuredMs: number;
  /** What came before; null where nothing did. */
  readonly warmup: Pick<WarmupResult, 'ended' | 'durationMs' | 'operations'> | null;
  /** Load average over a minute when it began. */
  readonly load: number;
  /** What one uncontended compareExchange took; 0 where that is not known. */
  readonly casNs: number;
  /** By name of a metric. */
  readonly metrics: Readonly<Record<MetricName, number | null>>;
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

/** `2 workers, lock mcs`; `this configuration` where nothing varies. */
export function describePoint(point: SweepCell['point']): string {
  const parts = AXIS_NAMES.flatMap((name) => {
    const value = point[name];
    if (value === undefined) return [];
    return [name === 'workers' ? `${value} ${value === '1' ? 'worker' : 'workers'}` : `${name} ${value}`];
  });
  return parts.join(', ') || 'this configuration';
}

/** Puts repetitions that were run elsewhere together as a cell. */
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

/** Of the repetitions that ended well: what went wrong says nothing about speed. */
export function valuesOf(repetitions: readonly Repetition[], metric: MetricName): number[] {
  return repetitions
    .filter((repetition) => repetition.outcome === 'passed')
    .map((repetition) => repetition.metrics[metric])
    .filter((value): value is number => value !== null);
}
