import { randomInt } from 'node:crypto';
import type { ProgramAsked } from '../../control/session/protocol.ts';
import { nowNs } from '../../platform/clock.ts';
import { LabError } from '../../platform/error.ts';
import { coresToBind } from '../../platform/share_cores.ts';
import { ensureWritableFolder } from '../../platform/write_file.ts';
import { DEFAULT_STRATEGY } from '../../strategies/registry.ts';
import type { Explored } from '../job/explored.ts';
import { type JobRequest, NotRepeatable } from '../job/job_run.ts';
import { Find, type Job, runJobs } from '../job/jobs.ts';
import { runJobInProcess } from '../job/process/job_process.ts';
import { runJob } from '../job/run_job.ts';
import { KnownFinds } from '../known/known_finds.ts';
import { checkExploreOptions, type ExploreOptions } from '../options/explore_options.ts';
import { where } from '../options/where.ts';
import { DIRECTORY, scenarioUrl } from '../replay/replay_file.ts';
import { requireModule, scenarioHash } from '../replay/scenario_file.ts';
import { ScheduleFailed } from '../replay/schedule_failed.ts';
import { THREADS_USUAL } from '../scenario/session_options.ts';
import { chooseStrategy } from './choose_strategy.ts';
import { confirm, WasSlow } from './confirm.ts';
import { DistinctFinds } from './distinct_finds.ts';
import { jobsFor } from './job_count.ts';
import { ProgressWatch } from './progress.ts';
import { type Asked, type ExploreResult, NO_WORKER, summarise } from './result.ts';

/** What holds where an option was not given. */
export const DEFAULTS = {
  schedules: 10_000,
  /** Of programs, and of scenarios whose threads start Workers: a schedule of these takes ten times as long and more. */
  schedulesWithWorkers: 5000,
  stepLimit: 10_000,
  spinLimit: 2,
  hangMs: 3000,
} as const;

/** A search that has come to its end, whatever it found. */
export interface Search {
  /** The scenario, as people read it. */
  readonly scenario: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly request: Omit<JobRequest, 'signal' | 'onSession' | 'goesPast'> &
    Asked & { readonly knownFinds?: KnownFinds };
  /** What was done, up to the failing schedule where there is one. */
  readonly result: ExploreResult;
  /** The same, by job. */
  readonly explored: readonly Explored[];
  /**
   * What `explore()` throws: a failing schedule, one that could not be repeated, or that nothing was shown (code
   * `NothingShown`); undefined where nothing was found.
   */
  readonly failed: ScheduleFailed | NotRepeatable | LabError | undefined;
  /** The failing schedules, `failed` among them: one, or with `all` one of each kind, the first found first. */
  readonly finds: readonly KeptFind[];
}

/** A failing schedule that was run again, and kept. */
export interface KeptFind {
  readonly failed: ScheduleFailed;
  /** Schedules that ended so. */
  readonly times: number;
  /** Another one of them that is shorter; undefined where the first is the shortest. */
  readonly shortest: ScheduleFailed | undefined;
}

/**
 * Runs a scenario under many interleavings, up to the first that fails.
 *
 * @throws `Usage`, `Scenario`, `Uncontrolled`, `Strategy` and `WorkerCrashed` if it cannot be run, `NotWritten` if files
 * cannot go to the directory given
 */
export async function search(
  scenario: string | URL,
  options: ExploreOptions,
  program?: ProgramAsked,
): Promise<Search> {
  checkExploreOptions(options);
  const url = scenarioUrl(scenario);
  requireModule(url, program === undefined ? 'scenario' : 'program');
  if (options.directory !== undefined) ensureWritableFolder(options.directory);
  const hash = scenarioHash(url);
  const startedAt = new Date().toISOString();
  const { directory = DIRECTORY } = options;
  const request = await requestOf(url, options, program);
  if (program !== undefined) requireForPrograms(request);
  if (program !== undefined && options.faults !== undefined)
    throw new LabError('Usage', 'faults happen to the threads of scenarios: a program cannot be given any');
  const start = nowNs();

  const stop = new AbortController();
  const abort = (): void => stop.abort();
  options.signal?.addEventListener('abort', abort);
  if (options.signal?.aborted) abort();
  const timer = options.timeMs === undefined ? undefined : setTimeout(abort, options.timeMs);
  const { onProgress } = options;
  const watch = onProgress === undefined ? undefined : new ProgressWatch(onProgress, request);
  const onSession = watch?.runsIn.bind(watch);
  try {
    const distinct = options.all === true ? new DistinctFinds() : undefined;
    const { knownFinds } = request;
    const goesPast = async (find: Find): Promise<boolean> =>
      (await knownFinds?.meets(find)) === true || (await distinct?.takes(find)) === true;
    const ended = await exploreAll({ ...request, goesPast, onSession, signal: stop.signal }, hash, directory);
    const finds = [...(await keptFinds(distinct, hash, directory)), ...findsOf(ended.failed)];
    const { explored } = ended;
    const failed = finds[0]?.failed ?? ended.failed;
    const seconds = (nowNs() - start) / 1e9;
    const summary = summarise(explored, request, { seconds, failed: failed !== undefined });
    const result = withDistinct(withKnown(summary, request.knownFinds), distinct);
    const shown = where(url);
    return {
      scenario: shown,
      startedAt,
      request,
      result,
      explored,
      failed: failed ?? nothingShown(result, shown),
      finds,
    };
  } finally {
    clearTimeout(timer);
    watch?.end();
    options.signal?.removeEventListener('abort', abort);
  }
}

/** @throws `Usage` for a strategy that runs every interleaving: the order of a thread's events is not among what it varies */
function requireForPrograms({ strategy, systematic }: Search['request']): void {
  if (!systematic) return;
  throw new LabError(
    'Usage',
    `the strategy ${strategy} explores scenarios only: programs are explored by random strategies, and by the portfolio of them`,
  );
}

/** What the jobs are to do, with everything that was not given. */
async function requestOf(
  url: string,
  options: ExploreOptions,
  program: ProgramAsked | undefined,
): Promise<Search['request']> {
  const { seed = drawSeed(), strategy = DEFAULT_STRATEGY } = options;
  const limits = { ...DEFAULTS, ...given(options) };
  const chosen = await chooseStrategy({ ...options, strategy }, limits.stepLimit);
  requireShare(chosen);
  const isProgram = program !== undefined;
  const jobs = await jobsFor(chosen, { ...options, ...limits, seed, scenario: url, isProgram });
  // What is not asked for is not written into replay files.
  const raceEffects = options.raceEffects === true ? true : undefined;
  const races = options.races === true ? true : raceEffects;
  return {
    ...limits,
    schedulesWithWorkers: options.schedules ?? DEFAULTS.schedulesWithWorkers,
    ...chosen,
    races,
    raceEffects,
    coverage: options.coverage,
    faults: options.faults,
    url,
    seed,
    jobs,
    program,
    knownFinds: KnownFinds.of(options, url),
  };
}

/** @throws `Usage` for a share that there is not */
function requireShare({
  params: { share, shares },
}: {
  readonly params: Readonly<Record<string, number>>;
}): void {
  if (shares === undefined || share <= shares) return;
  throw new LabError('Usage', `share ${share} of ${shares}: allowed: 1 to ${shares}`);
}

function findsOf(failed: Ended['failed']): KeptFind[] {
  return failed instanceof ScheduleFailed ? [{ failed, times: 1, shortest: undefined }] : [];
}

/** Runs what was kept again, and writes it down. */
async function keptFinds(
  distinct: DistinctFinds | undefined,
  hash: string,
  directory: string,
): Promise<KeptFind[]> {
  const kept: KeptFind[] = [];
  for (const { first, shortest, times } of distinct?.all ?? []) {
    const failed = await confirm(first, hash, directory, false);
    const other = shortest === first ? undefined : await confirm(shortest, hash, directory, false);
    kept.push({ failed, times, shortest: other });
  }
  return kept;
}

const NOT_ALL = { complete: false, atomicsComplete: false } as const;

/** What comes after a failure in its schedule was not run. */
function withDistinct(result: ExploreResult, distinct: DistinctFinds | undefined): ExploreResult {
  const times = distinct?.times ?? 0;
  if (times === 0) return result;
  const remark = `${times} schedule${times === 1 ? '' : 's'} failed: what follows a failure in its schedule was not run`;
  return { ...result, ...NOT_ALL, remarks: [...result.remarks, remark] };
}

/** What was known is told; and what comes after a failure in its schedule was not run. */
function withKnown(result: ExploreResult, knownFinds: KnownFinds | undefined): ExploreResult {
  if (knownFinds === undefined) return result;
  const { met } = knownFinds;
  const known = knownFinds.report();
  if (met === 0) return { ...result, known };
  const remark = `not complete: ${met} schedule${met === 1 ? '' : 's'} ended in a known finding`;
  const remarks = result.remarks.filter((line) => !line.startsWith('all orders'));
  return { ...result, ...NOT_ALL, remarks: [...remarks, remark], known };
}

/** A seed for who gives none: 48 bits, so that the runs of years do not meet. */
export function drawSeed(): number {
  return randomInt(2 ** 48 - 1);
}

/** How much more time a thread is allowed that was slower than it may be, and how often. */
const SLOWER = 4;
const SLOWER_MAX = 3;

interface Ended {
  /** By all jobs, as far as they came. */
  readonly explored: readonly Explored[];
  readonly failed: ScheduleFailed | NotRepeatable | undefined;
}

/** Explores; once more, from the beginning and with more patience, if a thread only seemed to hang. */
async function exploreAll(request: JobRequest & Asked, hash: string, directory: string): Promise<Ended> {
  let { hangMs } = request;
  const { jobs: count, threads = THREADS_USUAL } = request;
  const cores = count === 1 ? null : coresToBind(count, threads);
  const coreOf = ({ number }: Job): number | null => cores?.[number % cores.length] ?? null;
  const runAnywhere = (one: JobRequest, job: Job) =>
    count === 1 ? runJob(one, job) : runJobInProcess(one, job, coreOf(job));
  for (let times = 0; ; times++, hangMs *= SLOWER) {
    const jobs: Job[] = [];
    const explored = (): Explored[] => jobs.flatMap((job) => job.explored ?? []);
    try {
      const ended = await runJobs(request.jobs, (job) => {
        jobs.push(job);
        return runAnywhere({ ...request, hangMs }, job);
      });
      if (!(ended instanceof Find)) return { explored: ended, failed: undefined };
      const failed = await confirm(ended, hash, directory, times < SLOWER_MAX);
      return { explored: explored(), failed };
    } catch (error) {
      if (error instanceof NotRepeatable) return { explored: explored(), failed: error };
      if (!(error instanceof WasSlow)) throw error;
    }
  }
}

/** The options that were given: one that is undefined is as if it were not there. */
function given<Options extends object>(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Options;
}

/** An exploration in which nothing was done shows nothing: it must not pass. */
function nothingShown(result: ExploreResult, scenario: string): LabError | undefined {
  if (result.remarks.includes(NO_WORKER)) {
    return new LabError(
      'NothingShown',
      `${scenario}: nothing was shown: ${NO_WORKER} in ${result.executions} executions`,
    );
  }
  const watched = result.unwatched.length <= 1;
  if (!watched || result.remarks.every((line) => !line.startsWith('no thread did'))) return undefined;
  return new LabError(
    'NothingShown',
    `${scenario}: nothing was shown: no thread did any operation of Atomics in ${result.executions} executions`,
  );
}
