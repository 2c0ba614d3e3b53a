import { randomInt } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nowNs } from '../platform/clock.ts';
import { LabError } from '../platform/error.ts';
import { ensureWritableFolder } from '../platform/write_file.ts';
import { BOUNDS, type BoundName } from './bounds.ts';
import { H } from './control/layout.ts';
import { readTrace, type Step } from './control/trace.ts';
import {
  execute,
  type Failure,
  failureOf,
  type Kept,
  labelsOf,
  nondeterminism,
  ScheduleFailed,
  same,
} from './failure/execution.ts';
import { divergence } from './failure/verdict.ts';
import { Find, type Job, runJobs } from './jobs.ts';
import { failureName, makeRecording, type Recording } from './replay/recording.ts';
import {
  DIRECTORY,
  encodeSchedule,
  recordingName,
  scenarioUrl,
  writeRecording,
} from './replay/replay_file.ts';
import { scenarioHash } from './replay/scenario_file.ts';
import { type RunOutcome, Session } from './session.ts';
import { STRATEGY_NAMES, type StrategyName } from './strategy/create.ts';

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
  /** Milliseconds that a thread may run without any operation, at least 100. Default 3,000. */
  readonly hangMs?: number;
  /**
   * Groups of threads that explore at the same time, 1 to 64, each with random streams of its own; the schedules are
   * shared out among them. Of several finds the lowest is reported, whichever came first. Default 1.
   */
  readonly jobs?: number;
  /** Where replay files go: tried before the search where it is given. Default `.framelab`. */
  readonly directory?: string;
  readonly signal?: AbortSignal;
}

/** What an exploration that found nothing says about itself. */
export interface ExploreResult {
  /** True if every interleaving was run, up to equivalence and modulo fruitless iterations of spin loops. */
  readonly complete: boolean;
  /** Why it is not complete, or what completeness is subject to. */
  readonly remarks: readonly string[];
  /** Executions that ran to their end; those abandoned as redundant are `pruned`. */
  readonly executions: number;
  readonly pruned: number;
  readonly steps: number;
  readonly switches: number;
  readonly seconds: number;
  readonly strategy: StrategyName;
  readonly seed: number;
  readonly threads: number;
}

const DEFAULTS = {
  schedules: 10_000,
  stepLimit: 10_000,
  spinLimit: 2,
  hangMs: 3000,
  depth: 3,
  preemptions: 2,
};

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
  validate(options);
  const url = scenarioUrl(scenario);
  requireRunnable(url);
  if (options.directory !== undefined) ensureWritableFolder(options.directory);
  const hash = scenarioHash(url);
  const seed = options.seed ?? drawSeed();
  const strategy = options.strategy ?? 'portfolio';
  const systematic = strategy === 'dfs' || strategy === 'dpor';
  const jobs = systematic ? 1 : (options.jobs ?? 1);
  const start = nowNs();

  const stop = new AbortController();
  const abort = (): void => stop.abort();
  options.signal?.addEventListener('abort', abort);
  if (options.signal?.aborted) abort();
  const timer = options.timeMs === undefined ? undefined : setTimeout(abort, options.timeMs);
  try {
    const ended = await runJobs(jobs, (job) =>
      exploreOnce(url, { ...options, strategy, seed }, jobs, job, stop.signal),
    );
    if (ended instanceof Find) throw await confirm(ended, hash, options.directory ?? DIRECTORY);
    return summarise(ended, strategy, seed, (nowNs() - start) / 1e9, options);
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', abort);
  }
}

/** A seed for who gives none: 48 bits, so that the runs of years do not meet. */
export function drawSeed(): number {
  return randomInt(2 ** 48 - 1);
}

interface Explored {
  readonly outcome: RunOutcome;
  readonly steps: number;
  readonly switches: number;
  readonly boundedLoops: number;
  readonly heldBack: number;
  readonly truncated: number;
  readonly threads: number;
}

async function exploreOnce(
  url: string,
  options: ExploreOptions & { readonly strategy: StrategyName; readonly seed: number },
  jobs: number,
  job: Job,
  signal: AbortSignal,
): Promise<Explored | Find> {
  const { strategy, seed } = options;
  const limits = {
    stepLimit: options.stepLimit ?? DEFAULTS.stepLimit,
    spinLimit: options.spinLimit ?? DEFAULTS.spinLimit,
    hangMs: options.hangMs ?? DEFAULTS.hangMs,
  };
  const session = await Session.open({
    scenario: url,
    threads: options.threads,
    seed,
    job: job.number,
    ...limits,
    sessions: jobs,
  });
  job.runsIn(session);
  const find = (outcome: RunOutcome, by: string): Find => {
    const failure = failureOf(session, outcome) as Failure;
    const recording = {
      scenario: url,
      threads: session.threads,
      operations: session.operations,
      seed,
      ...limits,
      schedule: encodeSchedule(failure.steps.map((step) => step.thread)),
      failure: failureName(failure.failure),
    };
    return new Find(failure, recording, { strategy: by, schedule: outcome.schedule, job: job.number });
  };
  try {
    // Run the same schedule twice: what differs between the two is not under control.
    const first = await session.run({ strategy: 'random', schedules: 1 });
    if (isFailure(first)) return find(first, 'first');
    const steps = readTrace(session.words, session.layout);
    const second = await session.run({
      strategy: 'guided',
      schedules: 1,
      guide: steps.map((step) => step.thread),
    });
    const again = readTrace(session.words, session.layout);
    if (isFailure(second) || !sameEvents(steps, again)) throw notRepeatable(url, session, steps, again);
    const outcome = await session.run({
      strategy,
      schedules: Math.ceil((options.schedules ?? DEFAULTS.schedules) / jobs),
      depth: options.depth ?? DEFAULTS.depth,
      preemptions: options.preemptions ?? DEFAULTS.preemptions,
      signal,
    });
    if (isFailure(outcome)) return find(outcome, strategy);
    const { words } = session;
    return {
      outcome,
      steps: words[H.STEPS_SUM] + words[H.STEPS_SUM_HIGH] * 2 ** 30,
      switches: words[H.SWITCHES] + words[H.SWITCHES_HIGH] * 2 ** 30,
      boundedLoops: words[H.BOUNDED_LOOPS],
      heldBack: words[H.HELD_BACK],
      truncated: words[H.TRUNCATED],
      threads: session.threads,
    };
  } finally {
    await session.close();
  }
}

function sameEvents(a: readonly Step[], b: readonly Step[]): boolean {
  return a.length === b.length && a.every((step, i) => same(step, b[i]));
}

function notRepeatable(
  url: string,
  session: Session,
  first: readonly Step[],
  second: readonly Step[],
): LabError {
  const labels = labelsOf(session);
  let at = 0;
  while (at < first.length && at < second.length && same(first[at], second[at])) at++;
  const tell = (steps: readonly Step[]): string => {
    return at < steps.length
      ? `thread ${steps[at].thread} did ${labels.step(steps[at])}`
      : 'the schedule had ended';
  };
  return new LabError(
    'Nondeterminism',
    `nondeterminism in ${where(url)}: ${divergence(at)}\n  first: ${tell(first)}\n  then: ${tell(second)}`,
  );
}

function isFailure(outcome: RunOutcome): boolean {
  return outcome.reason === 'failed' || outcome.reason === 'hung' || outcome.reason === 'died';
}

/** Repeats a failure in fresh workers, which is what `replay` will do, writes it down and makes the error. */
async function confirm(find: Find, hash: string, directory: string): Promise<ScheduleFailed> {
  const told = await repeat(find);
  const recording = makeRecording({
    ...find.recording,
    scenarioHash: hash,
    verdict: told.verdict,
    message: told.message,
    eventHash: told.eventHash,
    steps: told.steps.length,
    found: find.found,
  });
  return new ScheduleFailed(told, recording, keep(recording, directory), where(recording.scenario));
}

/** What fresh workers show of a find; where they cannot even be started, the find with a word on that. */
async function repeat({ failure, recording }: Find): Promise<Failure> {
  try {
    const { failure: again } = await execute(recording, { describe: true });
    const repeated =
      again !== undefined && again.eventHash === failure.eventHash && again.verdict === failure.verdict;
    return repeated ? again : nondeterminism(failure, again);
  } catch (error) {
    const details = [...failure.details, `not run again in fresh workers: ${(error as Error).message}`];
    return { ...failure, details };
  }
}

/** Writes a recording down. That it cannot be written must not cost the find: the error carries it then. */
function keep(recording: Recording, directory: string): Kept {
  try {
    const file = join(directory, recordingName(recording));
    writeRecording(recording, file);
    return { file };
  } catch (error) {
    return { notWritten: (error as Error).message };
  }
}

export function where(url: string): string {
  const path = fileURLToPath(url);
  const cwd = `${process.cwd()}/`;
  return path.startsWith(cwd) ? path.slice(cwd.length) : path;
}

function summarise(
  all: readonly Explored[],
  strategy: StrategyName,
  seed: number,
  seconds: number,
  options: ExploreOptions,
): ExploreResult {
  const sum = (of: (one: Explored) => number): number => all.reduce((total, one) => total + of(one), 0);
  const exhausted = all.some((one) => one.outcome.reason === 'exhausted');
  const remarks: string[] = [];
  const bound = options.preemptions ?? DEFAULTS.preemptions;
  const bounded = strategy === 'dfs' && bound >= 0;
  if (exhausted && bounded) remarks.push(`every interleaving with at most ${bound} preemptions was run`);
  if (!exhausted && (strategy === 'dfs' || strategy === 'dpor')) {
    remarks.push(
      'not complete: stopped with interleavings left to run (raise the number of schedules, or the time)',
    );
  }
  const boundedLoops = sum((one) => one.boundedLoops);
  if (boundedLoops > 0) {
    remarks.push(
      `${boundedLoops} times a loop that repeated itself more than ${options.spinLimit ?? DEFAULTS.spinLimit} times ended ` +
        'by itself: it is bounded, and its other ends were not all run (raise the spin limit)',
    );
  }
  const unwatched = [...new Set(all.flatMap((one) => one.outcome.unwatched))];
  for (const line of unwatched) remarks.push(`not watched: ${line}`);
  remarks.push(...new Set(all.flatMap((one) => one.outcome.remarks)));
  if (sum((one) => one.truncated) > 0) remarks.push('some schedules had to be cut short');
  if (exhausted && sum((one) => one.heldBack) > 0) remarks.push('modulo fruitless iterations of spin loops');
  return {
    complete:
      exhausted &&
      !bounded &&
      boundedLoops === 0 &&
      unwatched.length === 0 &&
      sum((one) => one.truncated) === 0,
    remarks,
    executions: sum((one) => one.outcome.executions),
    pruned: sum((one) => one.outcome.pruned),
    steps: sum((one) => one.steps),
    switches: sum((one) => one.switches),
    seconds,
    strategy,
    seed,
    threads: all[0].threads,
  };
}

function validate(options: ExploreOptions): void {
  for (const [name, [least, most]] of Object.entries(BOUNDS)) {
    const value = options[name as BoundName];
    if (value === undefined) continue;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
      throw new LabError(
        'Usage',
        `${name} is ${String(value)}; allowed are whole numbers from ${least} to ${most}`,
      );
    }
  }
  if (options.strategy !== undefined && !STRATEGY_NAMES.includes(options.strategy)) {
    throw new LabError('Usage', `strategy is ${options.strategy}; allowed are ${STRATEGY_NAMES.join(', ')}`);
  }
}

/** Node.js runs TypeScript by itself from 22.18 on; before that the error of the import is obscure. */
export function requireRunnable(url: string): void {
  if (!isFile(url)) throw new LabError('Usage', `there is no scenario ${where(url)}`);
  if (!/\.[cm]?ts$/.test(new URL(url).pathname)) return;
  if ((process.features as { typescript?: unknown }).typescript) return;
  throw new LabError(
    'Usage',
    `${where(url)}: this Node.js (${process.version}) does not run TypeScript; compile it, or use 22.18 or newer`,
  );
}

function isFile(url: string): boolean {
  try {
    return statSync(fileURLToPath(url)).isFile();
  } catch {
    return false;
  }
}
