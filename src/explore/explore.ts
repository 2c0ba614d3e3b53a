import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { nowNs } from '../platform/clock.ts';
import { LabError } from '../platform/error.ts';
import { H } from './control/layout.ts';
import { readTrace, type Step } from './control/trace.ts';
import {
  execute,
  type Failure,
  failureOf,
  labelsOf,
  nondeterminism,
  type Rerun,
  ScheduleFailed,
  same,
} from './failure/execution.ts';
import { divergence } from './failure/verdict.ts';
import { checkExploreOptions } from './options.ts';
import { encodeSchedule, scenarioUrl, writeRecording } from './replay/replay_file.ts';
import { type RunOutcome, Session } from './session.ts';
import type { StrategyName } from './strategy/create.ts';

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
  /** Default: drawn at random, and told. */
  readonly seed?: number;
  /** Steps after which a schedule that does not end is given a verdict. Default 10,000. */
  readonly stepLimit?: number;
  /** Iterations that a spin loop may repeat without progress before it is held back, at least 1. Default 2. */
  readonly spinLimit?: number;
  /** Milliseconds that a thread may run without any operation. Default 3,000. */
  readonly hangMs?: number;
  /** Groups of threads that explore at the same time, with different seeds. Default 1. */
  readonly jobs?: number;
  /** Where replay files go. Default `.framelab`. */
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
 * the command that replays it; a replay file has then been written. With code `Nondeterminism` if a schedule
 * could not be repeated, which says nothing about the code under test. `Usage`, `Scenario` and
 * `WorkerCrashed` if the scenario cannot be run.
 */
export async function explore(scenario: string | URL, options: ExploreOptions = {}): Promise<ExploreResult> {
  checkExploreOptions(options);
  const url = scenarioUrl(scenario);
  requireScenario(url);
  const seed = options.seed ?? Math.floor(Math.random() * 0x7fff_ffff);
  const strategy = options.strategy ?? 'portfolio';
  const systematic = strategy === 'dfs' || strategy === 'dpor';
  const jobs = systematic ? 1 : Math.max(1, options.jobs ?? 1);
  const start = nowNs();

  const stop = new AbortController();
  const abort = (): void => stop.abort();
  options.signal?.addEventListener('abort', abort);
  const timer = options.timeMs === undefined ? undefined : setTimeout(abort, options.timeMs);
  const explorations: Promise<Explored>[] = [];
  for (let job = 0; job < jobs; job++) {
    const one = exploreOnce(url, { ...options, strategy, seed: seed + job }, jobs, stop.signal);
    // The first failure ends the others.
    one.catch(abort);
    explorations.push(one);
  }
  try {
    const settled = await Promise.allSettled(explorations);
    const failed = settled.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    const all = await Promise.all(explorations);
    return summarise(all, strategy, seed, (nowNs() - start) / 1e9, options);
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener('abort', abort);
  }
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
  signal: AbortSignal,
): Promise<Explored> {
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
    ...limits,
    sessions: jobs,
  });
  const report = async (outcome: RunOutcome, found: string): Promise<never> => {
    const failure = failureOf(session, outcome) as Failure;
    const recording = {
      scenario: url,
      threads: session.threads,
      operations: session.operations,
      seed,
      ...limits,
      schedule: encodeSchedule(failure.steps.map((step) => step.thread)),
      failure: failure.failure,
    };
    await session.close();
    throw await confirm(
      failure,
      recording,
      { strategy: found, schedule: outcome.schedule },
      options.directory,
    );
  };
  try {
    // Run the same schedule twice: what differs between the two is not under control.
    const first = await session.run({ strategy: 'random', schedules: 1 });
    if (isFailure(first)) return await report(first, 'first');
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
    if (isFailure(outcome)) return await report(outcome, strategy);
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
async function confirm(
  failure: Failure,
  recording: Rerun,
  found: { readonly strategy: string; readonly schedule: number },
  directory: string | undefined,
): Promise<ScheduleFailed> {
  const again = await execute(recording, { describe: true });
  const repeated =
    again !== undefined && again.eventHash === failure.eventHash && again.verdict === failure.verdict;
  const told = repeated ? again : nondeterminism(failure, again);
  const file = writeRecording(
    {
      ...recording,
      verdict: told.verdict,
      message: told.message,
      eventHash: told.eventHash,
      steps: told.steps.length,
      found,
    },
    { directory },
  );
  return new ScheduleFailed(told, file, where(recording.scenario));
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

function requireScenario(url: string): void {
  if (!existsSync(fileURLToPath(url))) throw new LabError('Usage', `there is no scenario ${where(url)}`);
}
