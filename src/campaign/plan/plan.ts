import type { TimeoutName } from '../../control/words/layout.ts';
import type { AllowedRace } from '../../explore/scenario/allowed_races.ts';
import type { RunOptions } from '../../lab/run/run_options.ts';

// A campaign as data: what is to be done, cut into slices. It never changes once it was written, so that any number of
// processes and machines can take slices of it, and a slice that is done twice counts once.

export const PLAN_FORMAT = 'framelab-campaign';
export const PLAN_VERSION = 1;

export interface Plan {
  readonly format: typeof PLAN_FORMAT;
  readonly version: number;
  /** SHA-256 of all other fields, as 64 hexadecimal digits. */
  readonly id: string;
  /** The version of framelab that made it: another one may run other schedules by the same seed. */
  readonly framelab: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly seed: number;
  readonly cells: readonly Cell[];
}

/** One combination of what is run and how. */
export type Cell = ExploreCell | RunCell;

interface CellBase {
  /** Unique in its plan; letters, digits and `._-=&?`. */
  readonly id: string;
  readonly slices: number;
}

/** A scenario or a program by one strategy. */
export interface ExploreCell extends CellBase {
  readonly kind: 'explore';
  /** Its file from the folder in which the plan was made, with its query; slashes on every system. */
  readonly scenario: string;
  /** SHA-256 of the file. */
  readonly hash: string;
  /** It is a program. */
  readonly program?: PlannedProgram;
  readonly strategy: string;
  readonly params: Readonly<Record<string, number | string>>;
  /** Schedules of a slice at most. */
  readonly schedules: number;
  /** Each slice is one share of a systematic search: all of them together are the search. */
  readonly shares?: boolean;
  readonly options: ExploreCellOptions;
}

export interface PlannedProgram {
  readonly args: readonly string[];
  readonly exitCode: number;
  /** The module that looks at its end, from the folder in which the plan was made. */
  readonly check?: string;
}

/** Of the options of `explore()`, those that a plan keeps. */
export interface ExploreCellOptions {
  readonly threads?: number;
  readonly stepLimit?: number;
  readonly spinLimit?: number;
  readonly hangMs?: number;
  readonly timeouts?: TimeoutName;
  readonly races?: boolean;
  readonly raceEffects?: boolean;
  readonly allowRaces?: readonly AllowedRace[];
  readonly coverage?: boolean;
  readonly known?: string;
}

/** Runs of a workload with one allocator and one lock. */
export interface RunCell extends CellBase {
  readonly kind: 'run';
  readonly options: RunCellOptions;
}

export type RunCellOptions = Pick<
  RunOptions,
  'workload' | 'allocator' | 'lock' | 'workers' | 'memory' | 'operations' | 'oracle' | 'stats' | 'warmup'
>;

/** A part of a cell that one process does in one go. */
export interface Slice {
  readonly id: string;
  readonly cell: Cell;
  /** From 0, within its cell. */
  readonly index: number;
  readonly seed: number;
}

/** Seeds are counted up, each slice has one: no two slices run the same random streams. */
const SEEDS = 2 ** 53;

/** All slices, in the order in which they are handed out: a bit of every cell first. */
export function slicesOf(plan: Plan): Slice[] {
  const slices: Slice[] = [];
  const rounds = Math.max(0, ...plan.cells.map((cell) => cell.slices));
  for (let index = 0; index < rounds; index++) {
    for (const [i, cell] of plan.cells.entries()) {
      if (index >= cell.slices) continue;
      // Shares of one search must see the same inputs, which are drawn by the seed.
      const number = isShare(cell) ? i : index * plan.cells.length + i;
      slices.push({ id: `${cell.id}~${index}`, cell, index, seed: (plan.seed + number) % SEEDS });
    }
  }
  return slices;
}

function isShare(cell: Cell): boolean {
  return cell.kind === 'explore' && cell.shares === true;
}

/** A part of a plan for one of several machines, as `2/4`. */
export interface Shard {
  /** From 1 to `of`. */
  readonly number: number;
  readonly of: number;
}

/** The slices of a shard: a bit of every cell. */
export function slicesOfShard(plan: Plan, shard: Shard | undefined): Slice[] {
  const slices = slicesOf(plan);
  if (shard === undefined) return slices;
  const cellNumbers = new Map(plan.cells.map((cell, i) => [cell.id, i]));
  return slices.filter(
    ({ cell, index }) => (index + cellNumbers.get(cell.id)!) % shard.of === shard.number - 1,
  );
}

/** The cell of a slice, by the slice's id. */
export function slicesCell(slice: string): string {
  return slice.slice(0, slice.lastIndexOf('~'));
}
