import { randomInt } from 'node:crypto';
import type { StrategyType } from '../../control/thread/strategy.ts';
import { nowNs } from '../../platform/clock.ts';
import { LabError } from '../../platform/error.ts';
import { ensureWritableFolder } from '../../platform/write_file.ts';
import { DEFAULT_STRATEGY, paramsOf, strategyType } from '../../strategies/registry.ts';
import { checkExploreOptions, type ExploreOptions } from '../options/explore_options.ts';
import { where } from '../options/where.ts';
import { DIRECTORY, scenarioUrl } from '../replay/replay_file.ts';
import { requireRunnable, scenarioHash } from '../replay/scenario_file.ts';
import type { ScheduleFailed } from '../replay/schedule_failed.ts';
import { confirm, WasSlow } from './confirm.ts';
import { type JobRequest, runJob } from './exploration.ts';
import { Find, runJobs } from './jobs.ts';
import { type Asked, type Explored, type ExploreResult, summarise } from './result.ts';

/** What holds where an option was not given. */
export const DEFAULTS = {
  schedules: 10_000,
  stepLimit: 10_000,
  spinLimit: 2,
  hangMs: 3000,
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
  const { seed = drawSeed(), strategy = DEFAULT_STRATEGY, directory = DIRECTORY } = options;
  const type = strategyType(strategy) as StrategyType;
  const jobs = type.systematic ? 1 : (options.jobs ?? 1);
  const params = paramsOf(
    type,
    given({ ...options.params, depth: options.depth, preemptions: options.preemptions }),
  );
  const request = { ...DEFAULTS, ...given(options), url, seed, strategy, params, jobs };
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
function given<Options extends object>(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Options;
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
