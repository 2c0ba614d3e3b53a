import type { NotedLines } from '../../control/notes/notes.ts';
import type { ProgramAsked } from '../../control/session/protocol.ts';
import type { RunOutcome } from '../../control/session/run.ts';
import { FAIL, H, TIMEOUT_NAMES, type TimeoutName } from '../../control/words/layout.ts';
import { eventsOf, readTrace, type Step } from '../../control/words/trace.ts';
import { LabError } from '../../platform/error.ts';
import type { OwnSource } from '../../strategies/own/source.ts';
import { passedLines } from '../../verdicts/data_race.ts';
import { type Failure, failureOf, labelsOf } from '../../verdicts/failure.ts';
import { neverSlept } from '../../verdicts/never_slept.ts';
import { same } from '../../verdicts/nondeterminism.ts';
import { Sources } from '../../verdicts/source.ts';
import { divergence } from '../../verdicts/verdict.ts';
import type { KnownFinds } from '../known/known_finds.ts';
import { where } from '../options/where.ts';
import type { Rerun } from '../replay/execution.ts';
import { failureName } from '../replay/recording.ts';
import { encodeSchedule, someEvents } from '../replay/replay_file.ts';
import type { AllowedRace } from '../scenario/allowed_races.ts';
import { refuseMisspelt, scenarioRemarks } from '../scenario/scenario_remarks.ts';
import { Session } from '../scenario/session.ts';
import type { DistinctFinds } from './distinct_finds.ts';
import { Find, type Job } from './jobs.ts';
import type { Explored } from './result.ts';

/** One exploration of a scenario, in full. */
export interface JobRequest {
  readonly url: string;
  /** It is a program, and no scenario. */
  readonly program?: ProgramAsked;
  readonly threads?: number;
  readonly seed: number;
  /** As it is told: a name, or the user's module as it was given. */
  readonly strategy: string;
  /** Where the strategy is the user's. */
  readonly own: OwnSource | undefined;
  /** Of all jobs together. */
  readonly schedules: number;
  readonly jobs: number;
  /** Of the strategy; those that are not given are as by default. */
  readonly params: Readonly<Record<string, number>>;
  readonly stepLimit: number;
  readonly spinLimit: number;
  readonly hangMs: number;
  readonly timeouts?: TimeoutName;
  /** Look at plain accesses, and find data races. */
  readonly races?: boolean;
  /** Go past data races, to what they do. */
  readonly raceEffects?: boolean;
  /** Data races that are intended. */
  readonly allowRaces?: readonly AllowedRace[];
  readonly onRemark?: (line: string) => void;
  /** As in the options of `explore`. */
  readonly all?: boolean;
  /** Keeps finds, so that the search goes on past them. */
  readonly distinct?: DistinctFinds;
  /** Tells finds that are known: the search goes on past them. */
  readonly knownFinds?: KnownFinds;
  /** Is told by which session a job's schedules are run. */
  readonly onSession?: (job: number, session: Session) => void;
  readonly signal: AbortSignal;
}

/** Thrown where the first schedule could not be repeated: nothing was found, and nothing can be. */
export class NotRepeatable extends LabError {
  /** The message without the scenario's name, and what there is to say beside it. */
  readonly divergence: string;
  readonly details: readonly string[];

  constructor(scenario: string, divergence: string, details: readonly string[]) {
    const lines = details.map((line) => `\n  ${line}`).join('');
    super('Nondeterminism', `nondeterminism in ${scenario}: ${divergence}${lines}`);
    this.divergence = divergence;
    this.details = details;
  }
}

/** Explores by one group of threads: up to the first failure, or what was explored. */
export async function runJob(request: JobRequest, job: Job): Promise<Explored | Find> {
  const { url, strategy, seed, jobs, stepLimit, spinLimit, hangMs } = request;
  const { races, raceEffects, allowRaces, program } = request;
  const limits = { stepLimit, spinLimit, hangMs, races, raceEffects, allowRaces };
  const session = await Session.open({
    scenario: url,
    threads: request.threads,
    seed,
    job: job.number,
    program,
    ...limits,
    strategy: request.own,
    sessions: jobs,
  });
  job.runsIn(session);
  request.onSession?.(job.number, session);
  const timeouts = request.timeouts ?? session.facts?.timeouts ?? (program === undefined ? 'mixed' : 'last');
  const remarks: string[] = [];
  const explored = (outcome: RunOutcome): Explored => ({
    passedRaces: passedRacesOf(session, outcome),
    ...countsOf(session, outcome),
    noted: mapped(outcome.noted),
    remarks,
    timeouts,
  });
  const find = (outcome: RunOutcome, by: string): Find => {
    if (outcome.failure === FAIL.STRATEGY) {
      throw strategyFailed(by, outcome);
    }
    job.explored = explored(outcome);
    const failure = failureOf(session, outcome) as Failure;
    const recording = {
      scenario: url,
      ...threadsOf(session, program),
      operations: session.operations,
      seed,
      ...limits,
      plainSteps: session.plainSteps.length === 0 ? undefined : session.plainSteps,
      timeouts: TIMEOUT_NAMES[session.words[H.TIMEOUTS]],
      schedule: encodeSchedule(failure.steps.map((step) => step.thread)),
      ...someEvents(failure.steps),
      failure: failureName(failure.failure),
    };
    return new Find(failure, recording, { strategy: by, schedule: outcome.schedule, job: job.number });
  };
  try {
    remarks.push(...tellOfScenario(session, request));
    // Run the same schedule twice: what differs between the two is not under control.
    const once = { schedules: 1, timeouts: timeouts === 'mixed' ? 'last' : timeouts } as const;
    const first = await session.run({ ...once, strategy: 'random' });
    const goesPast = async (found: Find): Promise<boolean> =>
      (await request.knownFinds?.meets(found)) === true || (await request.distinct?.takes(found)) === true;
    if (isFailure(first)) {
      const found = find(first, 'first');
      // One that the search goes past was run again in fresh workers: so it can be repeated.
      if (!(await goesPast(found))) return found;
    } else {
      refuseMessages(session, request);
      const steps = readTrace(session.words, session.layout);
      const guide = steps.map((step) => step.thread);
      const second = await session.run({ ...once, strategy: 'guided', guide, events: eventsOf(steps) });
      const again = readTrace(session.words, session.layout);
      if (second.reason === 'hung') return find(second, 'first');
      if (isFailure(second) || !sameEvents(steps, again)) {
        job.explored = explored(second);
        throw notRepeatable(url, session, steps, again);
      }
    }
    const { params, signal } = request;
    const schedules = Math.ceil(request.schedules / jobs);
    const name = request.own?.url ?? strategy;
    const run = { strategy: name, params, schedules, timeouts, signal };
    let outcome = await session.run(run);
    while (isFailure(outcome)) {
      const found = find(outcome, strategy);
      if (!(await goesPast(found))) return found;
      if (session.isSpent(run) || signal.aborted) break;
      outcome = await session.run({ ...run, goOn: true });
    }
    refuseMessages(session, request);
    remarks.push(...remarksOf(session, outcome));
    job.explored = explored(outcome);
    return job.explored;
  } finally {
    await session.close();
  }
}

/** How many threads there are, as a recording has them: all of a program, or those of a scenario and its Workers. */
function threadsOf(
  { threads, workers }: Session,
  program: ProgramAsked | undefined,
): Pick<Rerun, 'threads' | 'workers' | 'program'> {
  if (program !== undefined) return { threads: threads + workers, program };
  return workers === 0 ? { threads } : { threads, workers };
}

/**
 * DPOR takes steps for exchangeable that are not where messages are sent: which event a thread hears first, and by which port,
 * follows from the order of all that is sent to it. What it found stands; that it found nothing would mean nothing.
 */
function refuseMessages({ words }: Session, { url, strategy }: JobRequest): void {
  if (strategy !== 'dpor' || words[H.MESSAGES] === 0) return;
  throw new LabError(
    'Usage',
    `${where(url)}: its threads start Workers or send messages, whose orders dpor does not know; ` +
      'use portfolio (the default), random, pct, pos, surw or dfs',
  );
}

/** What is worth saying of what was run. */
function remarksOf(session: Session, outcome: RunOutcome): string[] {
  const unmet = session.allowed.unmet.map((at) => `no race was met at ${at}, which is allowed to race`);
  return [...neverSlept(outcome, labelsOf(session)), ...unmet];
}

/** Races that are intended, or that the search went past to see what they do. */
function passedRacesOf(session: Session, { observed }: RunOutcome): string[] {
  const sources = new Sources();
  return passedLines(observed, { labels: labelsOf(session), placeOf: (stack) => sources.placeOf(stack) });
}

/** The strategy is wrong, and where in its source. */
function strategyFailed(strategy: string, { local }: RunOutcome): LabError {
  const sources = new Sources();
  const frames = (local?.stack ?? '').split('\n').filter((line) => line !== '');
  const lines = frames.map((line) => `\n  ${sources.mapLine(line.trim())}`);
  return new LabError('Strategy', `the strategy ${strategy} ${local?.message ?? 'failed'}${lines.join('')}`);
}

function countsOf(
  session: Session,
  outcome: RunOutcome,
): Omit<Explored, 'noted' | 'passedRaces' | 'remarks' | 'timeouts'> {
  const { words } = session;
  return {
    executions: outcome.executions,
    pruned: outcome.pruned,
    exhausted: words[H.SPACE_DONE] !== 0,
    steps: words[H.STEPS_SUM] + words[H.STEPS_SUM_HIGH] * 2 ** 30,
    switches: words[H.SWITCHES] + words[H.SWITCHES_HIGH] * 2 ** 30,
    boundedLoops: words[H.BOUNDED_LOOPS],
    heldBack: words[H.HELD_BACK],
    truncated: words[H.TRUNCATED],
    gaveUp: words[H.GAVE_UP],
    threads: session.threads + session.workers,
    messages: words[H.MESSAGES] !== 0,
    program: words[H.PROGRAM] !== 0,
    acted: words[H.ACTED],
  };
}

/** Says before the scenario runs what is wrong with it, or makes it worthless. */
function tellOfScenario(session: Session, { url, races, onRemark }: JobRequest): string[] {
  if (session.facts === undefined) return [];
  refuseMisspelt(session.facts, where(url));
  const remarks = scenarioRemarks(session.facts, session.shared, races);
  for (const line of remarks) onRemark?.(line);
  return remarks;
}

/** Places in the lines, as in the source that was written. */
function mapped(noted: NotedLines): NotedLines {
  const sources = new Sources();
  const lines = (all: readonly string[]): string[] => all.map((line) => sources.mapLine(line));
  return {
    ...noted,
    unwatched: lines(noted.unwatched),
    unexplored: lines(noted.unexplored),
    remarks: lines(noted.remarks),
  };
}

function sameEvents(a: readonly Step[], b: readonly Step[]): boolean {
  return a.length === b.length && a.every((step, i) => same(step, b[i]));
}

function notRepeatable(
  url: string,
  session: Session,
  first: readonly Step[],
  second: readonly Step[],
): NotRepeatable {
  const labels = labelsOf(session);
  let at = 0;
  while (at < first.length && at < second.length && same(first[at], second[at])) at++;
  const tell = (steps: readonly Step[]): string => {
    return at < steps.length
      ? `thread ${steps[at].thread} did ${labels.step(steps[at])}`
      : 'the schedule had ended';
  };
  return new NotRepeatable(where(url), divergence(at), [`first: ${tell(first)}`, `then: ${tell(second)}`]);
}

function isFailure(outcome: RunOutcome): boolean {
  return outcome.reason === 'failed' || outcome.reason === 'hung' || outcome.reason === 'died';
}
