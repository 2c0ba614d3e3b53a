import { readEnvironment } from '../lab/run/environment.ts';
import { rehearse, run } from '../lab/run/run.ts';
import { type RunOptions, SEED_MAX } from '../lab/run/run_options.ts';
import {
  abortSignal,
  anyFunction,
  checkOptions,
  type OptionRules,
  refuseUnknown,
  wholeNumber,
} from '../platform/options_check.ts';
import { summarize } from '../platform/sample_statistics.ts';
import { TOOL_VERSION } from '../platform/version.ts';
import type { Configuration, RunResult } from '../results/run_result.ts';
import {
  AXIS_NAMES,
  type AxisName,
  type Repetition,
  repetitionOf,
  SWEEP_SCHEMA_VERSION,
  type SweepCell,
  type SweepResult,
} from '../results/sweep_result.ts';
import { METRICS, type MetricName } from './metrics.ts';

/** The values of what varies; what has one value only is an option like any other. */
export type SweepAxes = Readonly<Partial<Record<AxisName, readonly (string | number)[]>>>;

export interface SweepOptions {
  readonly base: RunOptions & { readonly seed: number };
  readonly axes: SweepAxes;
  /** Repetitions of each cell. */
  readonly repeat: number;
  readonly signal?: AbortSignal;
  /** Called before each run: how many are over, of how many, and which comes. */
  onRun?(done: number, all: number, what: string): void;
  /** Called with each run's result, of which a repetition keeps little. */
  onResult?(result: RunResult): void;
}

const RULES: OptionRules<SweepOptions> = {
  base: anyObject,
  axes: anyObject,
  repeat: wholeNumber(1, 1_000_000),
  signal: abortSignal,
  onRun: anyFunction,
  onResult: anyFunction,
};

function anyObject(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null ? undefined : 'an object';
}

/** One cell of the matrix, to be run. */
export interface PlannedCell {
  readonly point: Readonly<Partial<Record<AxisName, string>>>;
  readonly options: RunOptions;
}

/** Every combination of the axes' values, the first axis varying slowest. */
export function planCells(base: RunOptions, axes: SweepAxes): PlannedCell[] {
  let cells: PlannedCell[] = [{ point: {}, options: base }];
  for (const name of AXIS_NAMES) {
    const values = axes[name];
    if (values === undefined || values.length === 0) continue;
    cells = cells.flatMap(({ point, options }) =>
      values.map((value) => ({
        point: { ...point, [name]: `${value}` },
        options: { ...options, [name]: value },
      })),
    );
  }
  return cells;
}

/**
 * The order of so many rounds over so many cells: forth and back in turns (A B, B A), so that what drifts with
 * time, as heat and other processes do, hits all of them alike.
 */
export function interleaved(cells: number, rounds: number): { cell: number; round: number }[] {
  return Array.from({ length: rounds }, (_, round) => {
    const order = Array.from({ length: cells }, (_, cell) => ({ cell, round }));
    return round % 2 === 0 ? order : order.reverse();
  }).flat();
}

/** The seed of a repetition: the first has the sweep's own, so that a repetition can be run alone. */
export function repetitionSeed(seed: number, round: number): number {
  return (seed + round) % (SEED_MAX + 1);
}

/**
 * What every cell will run, before any does: a sweep ends with all its cells, or does not begin.
 *
 * @throws `Usage` for options that make no run
 */
export async function configureCells(base: RunOptions, axes: SweepAxes): Promise<Configuration[]> {
  const configurations: Configuration[] = [];
  for (const { options } of planCells(base, axes)) configurations.push(await rehearse(options));
  return configurations;
}

/**
 * Runs every cell of a matrix several times, interleaved.
 *
 * @throws `Usage` for options that make no run; what goes wrong in a run is a repetition's outcome
 */
export async function runSweep(options: SweepOptions): Promise<SweepResult> {
  checkOptions(options, RULES, 'runSweep()');
  refuseUnknown(options.axes, AXIS_NAMES, 'axes');
  const startedAt = new Date().toISOString();
  const environment = await readEnvironment();
  const cells = planCells(options.base, options.axes);
  const configurations = await configureCells(options.base, options.axes);
  const order = interleaved(cells.length, options.repeat);
  const repetitions: Repetition[][] = cells.map(() => []);
  let done = 0;
  for (const { cell, round } of order) {
    if (options.signal?.aborted) break;
    options.onRun?.(done, order.length, describePoint(cells[cell].point));
    const seed = repetitionSeed(options.base.seed, round);
    const result = await run({ ...cells[cell].options, seed, signal: options.signal });
    if (result.outcome === 'interrupted') break;
    options.onResult?.(result);
    repetitions[cell].push(repetitionOf(result));
    done++;
  }
  const ran = cells.map((_, i) => i).filter((i) => repetitions[i].length > 0);
  const results = ran.map((i) => cellOf(cells[i].point, configurations[i], repetitions[i]));
  return {
    schemaVersion: SWEEP_SCHEMA_VERSION,
    kind: 'sweep',
    tool: { name: 'framelab', version: TOOL_VERSION },
    startedAt,
    complete: done === order.length,
    environment,
    axes: AXIS_NAMES.flatMap((name) => {
      const values = options.axes[name];
      return values === undefined ? [] : [{ name, values: values.map(String) }];
    }),
    repeat: options.repeat,
    cells: withEfficiency(results),
  };
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

/** Each cell against that of one worker, of the same lock and allocator. */
function withEfficiency(cells: readonly SweepCell[]): SweepCell[] {
  return cells.map((cell) => {
    const single = cells.find(
      (other) =>
        other.configuration.workers === 1 &&
        other.configuration.lock === cell.configuration.lock &&
        other.configuration.allocator === cell.configuration.allocator,
    );
    const one = single?.summary.throughput?.median ?? 0;
    const mine = cell.summary.throughput?.median ?? null;
    const scalingEfficiency = one > 0 && mine !== null ? mine / (one * cell.configuration.workers) : null;
    return { ...cell, scalingEfficiency };
  });
}
