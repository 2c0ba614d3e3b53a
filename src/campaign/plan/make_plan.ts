import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { scenarioUrl } from '../../explore/replay/replay_file.ts';
import { scenarioHash } from '../../explore/replay/scenario_file.ts';
import { LabError } from '../../platform/error.ts';
import { isModulePath, moduleQuery } from '../../platform/module_path.ts';
import { TOOL_VERSION } from '../../platform/version.ts';
import { strategyType } from '../../strategies/registry.ts';
import { type Trial, tryExploring, tryRunning } from './calibrate.ts';
import { CellIds } from './cell_id.ts';
import type { Cell, ExploreCell, ExploreCellOptions, Plan, PlannedProgram, RunCellOptions } from './plan.ts';
import { planOf } from './plan_file.ts';

/** Strategies of a campaign where none are named: all but the portfolio, whose dpor would begin anew in each slice. */
export const CAMPAIGN_STRATEGIES = ['surw', 'pos', 'pct', 'random', 'dpor'] as const;

/** A share of a systematic search may take so many times as long as another slice. */
const SHARE_SLICES = 30;
/** A systematic search that a trial does not end is cut into so many shares. */
const SHARES = 16;
/** Fewer are not worth what it takes to start threads. */
const SLICE_MIN = 100;
const SCHEDULES_MAX = 2 ** 31 - 1;
const OPERATIONS_MAX = 2 ** 48;

export interface PlanAsked {
  /** Paths or URLs from the working folder. */
  readonly scenarios: readonly string[];
  readonly programs: readonly (PlannedProgram & { readonly file: string })[];
  /** Default: all that fit. */
  readonly strategies?: readonly string[];
  /** For each strategy that has them. */
  readonly params: Readonly<Record<string, number | string>>;
  readonly options: ExploreCellOptions;
  readonly runs: readonly RunCellOptions[];
  readonly seed: number;
  /** Slices of each cell that is random. */
  readonly slices: number;
  /** Shares of each systematic search that can be shared out. Default: one where a trial ends it, else 16. */
  readonly shares?: number;
  /** Of each such cell in all, instead of a number of slices. */
  readonly schedules?: number;
  /** How much a slice holds: what a trial does in so many milliseconds, or a number of schedules, or operations of each worker. */
  readonly slice: { readonly ms: number } | { readonly count: number };
  readonly signal: AbortSignal;
  /** Is told of each cell that was tried. */
  readonly onTried?: (cell: Cell, trial: Trial) => void;
}

/**
 * Makes a plan: tries every cell, so that whatever cannot be run is refused now and not in the night.
 *
 * @throws `Usage` and what an exploration or a run throws that cannot be run
 */
export async function makePlan(asked: PlanAsked): Promise<Plan> {
  requireParams(asked);
  const ids = new CellIds();
  const cells: Cell[] = [];
  const take = (cell: Cell, trial: Trial): void => {
    cells.push(cell);
    asked.onTried?.(cell, trial);
  };
  for (const scenario of asked.scenarios) await exploreCells(asked, scenario, undefined, ids, take);
  for (const { file, ...program } of asked.programs) await exploreCells(asked, file, program, ids, take);
  for (const options of asked.runs) await runCell(asked, options, ids, take);
  if (asked.signal.aborted) throw new LabError('Usage', 'the plan was interrupted: it was not written');
  if (cells.length === 0)
    throw new LabError('Usage', 'a campaign needs at least one scenario, program or workload');
  return planOf({ framelab: TOOL_VERSION, createdAt: new Date().toISOString(), seed: asked.seed, cells });
}

/** @throws `Usage` for a parameter that no strategy has */
function requireParams({ params, strategies = CAMPAIGN_STRATEGIES }: PlanAsked): void {
  for (const name of Object.keys(params)) {
    if (strategies.some((strategy) => paramsOf(strategy, params)[name] !== undefined)) continue;
    throw new LabError('Usage', `no strategy of the plan has a parameter '${name}'`);
  }
}

/** Those that the strategy has; a user's own is given all. */
function paramsOf(strategy: string, params: PlanAsked['params']): Record<string, number | string> {
  const known = strategyType(strategy)?.params;
  const own = Object.entries(params).filter(([name]) => known === undefined || Object.hasOwn(known, name));
  return Object.fromEntries(own);
}

async function exploreCells(
  asked: PlanAsked,
  file: string,
  program: PlannedProgram | undefined,
  ids: CellIds,
  take: (cell: Cell, trial: Trial) => void,
): Promise<void> {
  const url = scenarioUrl(file);
  const scenario = fromHere(url);
  const strategies =
    asked.strategies ?? CAMPAIGN_STRATEGIES.filter((name) => program === undefined || name !== 'dpor');
  for (const strategy of strategies) {
    if (asked.signal.aborted) return;
    const params = paramsOf(strategy, asked.params);
    const { options } = asked;
    const trial = await tryExploring(
      { scenario, program, strategy, params, options },
      asked.seed,
      asked.signal,
    );
    const hash = scenarioHash(url);
    const id = ids.of(scenario, [strategy]);
    take(
      {
        kind: 'explore',
        id,
        scenario,
        hash,
        program,
        strategy,
        params,
        options,
        ...sizeOf(asked, strategy, trial),
      },
      trial,
    );
  }
}

/** How much a slice holds, and how many there are. */
function sizeOf(
  asked: PlanAsked,
  strategy: string,
  trial: Trial,
): Pick<ExploreCell, 'schedules' | 'slices' | 'shares'> {
  const type = strategyType(strategy);
  const schedules = sliceOf(asked, trial, SCHEDULES_MAX);
  if (type?.systematic === true) {
    // A systematic search is done once, whole or in shares.
    const canBeShared = type.params.shares !== undefined;
    const shares = canBeShared ? (asked.shares ?? (trial.exhausted ? 1 : SHARES)) : 1;
    const most = Math.min(SCHEDULES_MAX, schedules * SHARE_SLICES);
    return { schedules: most, slices: shares, shares: shares > 1 ? true : undefined };
  }
  const slices = asked.schedules === undefined ? asked.slices : Math.ceil(asked.schedules / schedules);
  return { schedules, slices };
}

async function runCell(
  asked: PlanAsked,
  options: RunCellOptions,
  ids: CellIds,
  take: (cell: Cell, trial: Trial) => void,
): Promise<void> {
  if (asked.signal.aborted) return;
  const { workload = '', allocator = '', lock = '' } = options;
  const named = {
    ...options,
    workload: moduleFromHere(workload),
    allocator: moduleFromHere(allocator),
    lock: moduleFromHere(lock),
  };
  const trial = await tryRunning({ options: named }, asked.seed, asked.signal);
  const operations = sliceOf(asked, trial, OPERATIONS_MAX);
  const id = ids.of(
    workload,
    [allocator, lock].map((name) => name.replace(/^.*\//, '')),
  );
  take({ kind: 'run', id, slices: asked.slices, options: { ...named, operations } }, trial);
}

/** A number of two digits and zeros, so that a plan that is made twice is mostly the same. */
function sliceOf({ slice }: PlanAsked, { perSecond }: Trial, most: number): number {
  if ('count' in slice) return slice.count;
  const count = Number(((perSecond * slice.ms) / 1000).toPrecision(2));
  return Math.min(most, Math.max(SLICE_MIN, Math.round(count)));
}

function moduleFromHere(name: string): string {
  return isModulePath(name) ? fromHere(scenarioUrl(name)) : name;
}

/** A path from the working folder, the same on every machine where the same files lie. */
function fromHere(url: string): string {
  const path = relative(process.cwd(), fileURLToPath(url)).split(sep).join('/');
  return (isModulePath(path) ? path : `./${path}`) + moduleQuery(url);
}
