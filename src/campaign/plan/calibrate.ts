import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SearchProgress } from '../../explore/options/explore_options.ts';
import { searchProgram } from '../../explore/search/explore_program.ts';
import { type Search, search } from '../../explore/search/search.ts';
import { run } from '../../lab/run/run.ts';
import type { ExploreCell, RunCell } from './plan.ts';

/** How long each cell is tried. */
const TRIED_MS = 1000;
const SCHEDULES_MAX = 2 ** 31 - 1;

/** What a trial of a cell showed. */
export interface Trial {
  /** Schedules, or operations of each worker, in a second. */
  readonly perSecond: number;
  /** A systematic search came to its end. */
  readonly exhausted: boolean;
  /** What it found already. */
  readonly found: readonly string[];
}

/** Runs a cell for a second, to see how much a slice can hold, and that it can be run at all. @throws what `search()` throws */
export async function tryExploring(
  cell: Pick<ExploreCell, 'scenario' | 'program' | 'strategy' | 'params' | 'options'>,
  seed: number,
  signal: AbortSignal,
): Promise<Trial> {
  const directory = mkdtempSync(join(tmpdir(), 'framelab-plan-'));
  try {
    const { strategy, params, program } = cell;
    const limits = { timeMs: TRIED_MS, schedules: SCHEDULES_MAX, jobs: 1, all: true };
    const rate = new Rate();
    const onProgress = rate.see.bind(rate);
    const options = { ...cell.options, strategy, params, seed, directory, signal, onProgress, ...limits };
    const ended: Search = await (program === undefined
      ? search(cell.scenario, options)
      : searchProgram(cell.scenario, { ...options, ...program }));
    const { executions, pruned, seconds } = ended.result;
    return {
      perSecond: rate.perSecond ?? (executions + pruned) / seconds,
      exhausted: ended.explored.some((one) => one.exhausted),
      found: ended.finds.map(({ failed }) => failed.message.split('\n')[0]),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Schedules in a second while they run: what it takes to start threads is not of it. */
class Rate {
  private first: SearchProgress | undefined;
  private last: SearchProgress | undefined;

  see(progress: SearchProgress): void {
    if (progress.schedules === 0) return;
    // A search of a program begins again with other workers.
    if (this.last !== undefined && progress.schedules < this.last.schedules) this.first = undefined;
    this.first ??= progress;
    this.last = progress;
  }

  /** Undefined where too little was seen. */
  get perSecond(): number | undefined {
    if (this.first === undefined || this.last === undefined) return undefined;
    const schedules = this.last.schedules - this.first.schedules;
    return schedules > 0 ? (1000 * schedules) / (this.last.elapsedMs - this.first.elapsedMs) : undefined;
  }
}

/** The same of a cell of runs. @throws `Usage` */
export async function tryRunning(
  { options }: Pick<RunCell, 'options'>,
  seed: number,
  signal: AbortSignal,
): Promise<Trial> {
  const result = await run({ ...options, durationMs: TRIED_MS, seed: seed % 2 ** 32, signal });
  const { totals, configuration, findings } = result;
  return {
    perSecond: totals.operationsPerSecond / configuration.workers,
    exhausted: false,
    found: findings.map(({ message }) => message),
  };
}
