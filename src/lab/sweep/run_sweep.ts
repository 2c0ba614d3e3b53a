import {
  abortSignal,
  anyFunction,
  checkOptions,
  type OptionRules,
  refuseUnknown,
  wholeNumber,
} from '../../platform/options_check.ts';
import { readEnvironment } from '../../results/environment.ts';
import type { Finding } from '../../results/finding.ts';
import type { Configuration, RunResult } from '../../results/run_result.ts';
import {
  AXIS_NAMES,
  cellOf,
  describePoint,
  findingsInSweep,
  type Repetition,
  repetitionOf,
  type SweepCell,
  type SweepResult,
  sweepOf,
} from '../../results/sweep_result.ts';
import { rerunArguments, usualOf } from '../run/rerun.ts';
import { run } from '../run/run.ts';
import { DEFAULT_WORKLOAD, type RunOptions } from '../run/run_options.ts';
import { loadWorkload } from '../workloads/load_workload.ts';
import { configureCells, interleaved, planCells, repetitionSeed, type SweepAxes } from './plan.ts';

export interface SweepOptions {
  readonly base: RunOptions & { readonly seed: number };
  readonly axes: SweepAxes;
  /** Repetitions of each cell. */
  readonly repeat: number;
  readonly signal?: AbortSignal;
  /** Called before each run: how many are done, of how many, and which is next. */
  onRun?(done: number, all: number, what: string): void;
  /** Called with each run's whole result; a repetition keeps only a part. */
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

/**
 * Runs every cell of a matrix several times, interleaved.
 *
 * @throws `Usage` for options that cannot make a run; what goes wrong in a run is a repetition's outcome
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
  const findings: Finding[] = [];
  let done = 0;
  for (const { cell, round } of order) {
    if (options.signal?.aborted) break;
    options.onRun?.(done, order.length, describePoint(cells[cell].point));
    const seed = repetitionSeed(options.base.seed, round);
    const result = await run({ ...cells[cell].options, seed, signal: options.signal });
    if (result.outcome === 'interrupted') break;
    options.onResult?.(result);
    repetitions[cell].push(repetitionOf(result));
    findings.push(...findingsInSweep(result, cells[cell].point));
    done++;
  }
  const ran = cells.map((_, i) => i).filter((i) => repetitions[i].length > 0);
  const results = ran.map((i) => cellOf(cells[i].point, configurations[i], repetitions[i]));
  const axes = AXIS_NAMES.flatMap((name) => {
    const values = options.axes[name];
    return values === undefined ? [] : [{ name, values: values.map(String) }];
  });
  return sweepOf({
    startedAt,
    environment,
    findings,
    reproduce: await sweepArguments(options, configurations[0], axes),
    complete: done === order.length,
    axes,
    repeat: options.repeat,
    cells: withEfficiency(results),
  });
}

/** The arguments of `framelab` that make the sweep again. */
async function sweepArguments(
  { base, repeat }: SweepOptions,
  configuration: Configuration,
  axes: SweepResult['axes'],
): Promise<string[]> {
  const workload = await loadWorkload(base.workload ?? DEFAULT_WORKLOAD);
  const args = rerunArguments({ ...configuration, seed: base.seed }, usualOf(workload, configuration));
  for (const { name, values } of axes) {
    const at = args.indexOf(`--${name}`);
    if (at >= 0) args.splice(at, 2);
    args.push(`--${name}`, values.join(','));
  }
  return [...args, '--repeat', `${repeat}`];
}

/** Each cell relative to the cell with one worker and the same lock and allocator. */
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
