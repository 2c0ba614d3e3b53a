import { randomInt } from 'node:crypto';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TimeoutName } from '../../control/words/layout.ts';
import { nowNs } from '../../platform/clock.ts';
import { LabError } from '../../platform/error.ts';
import { ensureWritableFolder } from '../../platform/write_file.ts';
import type { StrategyName } from '../../strategies/registry.ts';
import { checkExploreOptions } from '../options/options.ts';
import { where } from '../options/where.ts';
import type { ScheduleFailed } from '../replay/execution.ts';
import { DIRECTORY, scenarioUrl } from '../replay/replay_file.ts';
import { scenarioHash } from '../replay/scenario_file.ts';
import { confirm, WasSlow } from './confirm.ts';
import { type JobRequest, runJob } from './exploration.ts';
import { Find, runJobs } from './jobs.ts';
import { type Asked, type Explored, type ExploreResult, summarise } from './result.ts';

export interface ExploreOptions {
  /** Number of threads, 1 to 16. Default: what the scenario exports as `threads`, else 2. */
  readonly threads?: number;
  /** Executions to run at most. Default 10,000. */
  readonly schedules?: number;
  /** Milliseconds after which no further schedule is begun. Default: none. */
  readonly timeMs?: number;
  /** Default `portfolio`. */
  readonly strategy?: StrategyName;
  /** Depth of the bugs that `pct` looks for, 1 to 8. Default 3. */
  readonly depth?: number;
  /** Preemptions that `dfs` allows; -1 for any number. Default 2. */
  readonly preemptions?: number;
  /** A whole number from 0 to 2^53 - 1. Default: drawn at random, and told. */
  readonly seed?: number;
  /** Steps after which a schedule that does not end is given a verdict. Default 10,000. */
  readonly stepLimit?: number;
  /** Iterations that a spin loop may repeat without progress before it is held back, at least 1. Default 2. */
  readonly spinLimit?: number;
  /** Milliseconds of CPU time that a thread may consume without any operation, at least 100. Default 3,000. */
  readonly hangMs?: number;
  /**
   * When waits with a timeout time out: `any` moment; `last`: only where nothing else can run; `never`. Default `mixed`:
   * `last`, and in one random schedule of eight at any moment, where an error of the very thread that timed out is
   * no failure. A scenario's export `timeouts` says so, too.
   */
  readonly timeouts?: TimeoutName;
  /** Is told of what is to be known before the scenario runs: nothing is checked, nothing is shared. */
  readonly onRemark?: (line: string) => void;
  /**
   * Groups of threads that explore at the same time, 1 to 64, each with random streams of its own; the schedules are
   * shared out among them. Of several finds the lowest is reported, whichever came first. Default 1.
   */
  readonly jobs?: number;
  /** Where replay files go: tried before the search where it is given. Default `.framelab`. */
  readonly directory?: string;
  readonly signal?: AbortSignal;
}

/** What holds where an option was not given. */
export const DEFAULTS = {
  schedules: 10_000,
  stepLimit: 10_000,
  spinLimit: 2,
  hangMs: 3000,
  depth: 3,
  preemptions: 2,
} as const;

/**
 * Runs a scenario under many interleavings. Resolves with what was explored if nothing was found.
 *
 * `scenario` is the path or URL of a module that exports `setup` and `thread` (see docs/exploring.md).
 *
 * @throws ScheduleFailed (code `ScheduleFailed`) for the first failing schedule: its message is the verdict and
 * the command that replays it; a replay file has then been written, and where that was not possible the message
 * holds its content. With code `Nondeterminism` if a schedule could not be repeated, which says nothing about the
 * code under test. `Usage`, `Scenario` and `WorkerCrashed` if the scenario cannot be run, `NotWritten` if files
 * cannot go to the directory given.
 */
export async function explore(scenario: string | URL, options: ExploreOptions = {}): Promise<ExploreResult> {
  checkExploreOptions(options);
  const url = scenarioUrl(scenario);
  requireRunnable(url);
  if (options.directory !== undefined) ensureWritableFolder(options.directory);
  const hash = scenarioHash(url);
  const { seed = drawSeed(), strategy = 'portfolio', directory = DIRECTORY } = options;
  const systematic = strategy === 'dfs' || strategy === 'dpor';
  const jobs = systematic ? 1 : (options.jobs ?? 1);
  const request = { ...DEFAULTS, ...given(options), url, seed, strategy, jobs };
  const start = nowNs();

  const stop = new AbortController();
  const abort = (): void => stop.abort();
  options.signal?.addEventListener('abort', abort);
  if (options.signal?.aborted) abort();
  const timer = options.timeMs === undefined ? undefined : setTimeout(abort, options.timeMs);
  try {
    const ended = await exploreAll({ ...request, signal: stop.signal }, hash, directory);
    if (!Array.isArray(ended)) throw ended;
    return shown(summarise(ended, request, (nowNs() - start) / 1e9), where(url));
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', abort);
  }
}

/** A seed for who gives none: 48 bits, so that the runs of years do not meet. */
export function drawSeed(): number {
  return randomInt(2 ** 48 - 1);
}

/** How much more time a thread is allowed that was slower than it may be, and how often. */
const SLOWER = 4;
const SLOWER_MAX = 3;

/** Explores; once more, from the beginning and with more patience, if a thread only seemed to hang. */
async function exploreAll(
  request: JobRequest & Asked,
  hash: string,
  directory: string,
): Promise<Explored[] | ScheduleFailed> {
  let { hangMs } = request;
  for (let times = 0; ; times++, hangMs *= SLOWER) {
    const ended = await runJobs(request.jobs, (job) => runJob({ ...request, hangMs }, job));
    if (!(ended instanceof Find)) return ended;
    try {
      return await confirm(ended, hash, directory, times < SLOWER_MAX);
    } catch (error) {
      if (!(error instanceof WasSlow)) throw error;
    }
  }
}

/** The options that were given: one that is undefined is as if it were not there. */
function given(options: ExploreOptions): ExploreOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** An exploration in which nothing was done shows nothing: it must not pass. */
function shown(result: ExploreResult, scenario: string): ExploreResult {
  const watched = result.unwatched.length === 1;
  if (!watched || result.remarks.every((line) => !line.startsWith('no thread did'))) return result;
  throw new LabError(
    'NothingShown',
    `${scenario}: nothing was shown: no thread did any operation of Atomics in ${result.executions} executions`,
  );
}

/** @throws `Usage` if there is no such file */
export function requireRunnable(url: string): void {
  if (!isFile(url)) throw new LabError('Usage', `there is no scenario ${where(url)}`);
}

function isFile(url: string): boolean {
  try {
    return statSync(fileURLToPath(url)).isFile();
  } catch {
    return false;
  }
}
