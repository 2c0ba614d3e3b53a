import type { Configuration } from '../../results/run_result.ts';
import { AXIS_NAMES, type AxisName } from '../../results/sweep_result.ts';
import { rehearse } from '../run/run.ts';
import { type RunOptions, SEED_MAX } from '../run/run_options.ts';

/** The values of the options that vary; an option with a single value is not among them. */
export type SweepAxes = Readonly<Partial<Record<AxisName, readonly (string | number)[]>>>;

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
 * The order of the rounds over the cells: alternately forwards and backwards (A B, B A), so that slow changes, such as
 * heat and other processes, affect all of them alike.
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
 * Checks what every cell will run, before any does, so that a sweep does not fail half way.
 *
 * @throws `Usage` for options that cannot make a run
 */
export async function configureCells(base: RunOptions, axes: SweepAxes): Promise<Configuration[]> {
  const configurations: Configuration[] = [];
  for (const { options } of planCells(base, axes)) configurations.push(await rehearse(options));
  return configurations;
}
