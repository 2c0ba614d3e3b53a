import type { NotedLines } from '../../control/notes/notes.ts';
import type { ProgramAsked } from '../../control/session/protocol.ts';
import type { RunOutcome, RunRequest } from '../../control/session/run.ts';
import { type Faults, N } from '../../control/words/fault.ts';
import { FAIL, H, TIMEOUT_NAMES, type TimeoutName } from '../../control/words/layout.ts';
import { Sets } from '../../control/words/sets.ts';
import { eventsOf, readTrace, type Step } from '../../control/words/trace.ts';
import { LabError } from '../../platform/error.ts';
import type { OwnSource } from '../../strategies/own/source.ts';
import { passedLines } from '../../verdicts/data_race.ts';
import { type Failure, failureOf, labelsOf } from '../../verdicts/failure.ts';
import { neverSlept } from '../../verdicts/never_slept.ts';
import { same } from '../../verdicts/nondeterminism.ts';
import { Sources } from '../../verdicts/source.ts';
import { divergence } from '../../verdicts/verdict.ts';
import { where } from '../options/where.ts';
import type { Rerun } from '../replay/execution.ts';
import { failureName } from '../replay/recording.ts';
import { encodeSchedule, someEvents } from '../replay/replay_file.ts';
import type { AllowedRace } from '../scenario/allowed_races.ts';
import { someFaults } from '../scenario/faults.ts';
import { refuseMisspelt, scenarioRemarks } from '../scenario/scenario_remarks.ts';
import { Session } from '../scenario/session.ts';
import type { Explored } from './explored.ts';
import { Find, type Job } from './jobs.ts';

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
  /** The same where there are Workers. */
  readonly schedulesWithWorkers: number;
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
  readonly coverage?: boolean;
  /** Faults that may happen; by default those that the scenario exports. */
  readonly faults?: Faults;
  /** Data races that are intended. */
  readonly allowRaces?: readonly AllowedRace[];
  readonly onRemark?: (line: string) => void;
  /** As in the options of `explore`. */
  readonly all?: boolean;
  /** Whether the search goes on past a find; by default it does not. */
  readonly goesPast?: (find: Find) => Promise<boolean>;
  /** Is told by what a job's schedules are run. */
  readonly onSession?: (job: number, session: Running) => void;
  readonly signal: AbortSignal;
}

/** What runs the schedules of a job, as far as those see it who watch it. */
export type Running = Pick<Session, 'schedules' | 'workers'>;

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

/** How a session is opened for a job. */
interface Opened {
  /** Of a program: its workers run it in all schedules. */
  readonly reuse?: boolean;
  /** Of a program: threads that stand ready for Workers. */
  readonly workers?: number;
}

/** One session of a job, and what it finds. */
export class JobRun {
  readonly session: Session;
  readonly timeouts: TimeoutName;
  readonly remarks: string[] = [];
  private readonly request: JobRequest;
  private readonly job: Job;

  private constructor(request: JobRequest, job: Job, session: Session) {
    this.request = request;
    this.job = job;
    this.session = session;
    const usual = request.program === undefined ? 'mixed' : 'last';
    this.timeouts = request.timeouts ?? session.facts?.timeouts ?? usual;
  }

  static async open(request: JobRequest, job: Job, opened: Opened = {}): Promise<JobRun> {
    const { url: scenario, threads, seed, program, own: strategy } = request;
    const options = { scenario, threads, seed, program, strategy, ...limitsOf(request), ...opened };
    const { coverage } = request;
    const session = await Session.open({ ...options, coverage, job: job.number });
    job.runsIn(session);
    request.onSession?.(job.number, session);
    return new JobRun(request, job, session);
  }

  close(): Promise<void> {
    return this.session.close();
  }

  /** Says before the scenario runs what is wrong with it, or makes it worthless. */
  tellOfScenario(): void {
    const { session, request } = this;
    const { url, races, onRemark } = request;
    if (session.facts === undefined) return;
    refuseMisspelt(session.facts, where(url));
    const remarks = scenarioRemarks(session.facts, session.shared, races);
    for (const line of remarks) onRemark?.(line);
    this.remarks.push(...remarks);
  }

  /**
   * Runs the same schedule twice: what differs between the two is not under control.
   *
   * @returns a find that the search does not go past
   * @throws NotRepeatable
   */
  async first(): Promise<Find | undefined> {
    const { session } = this;
    const first = await session.run({ ...this.once, strategy: 'random' });
    refuseFaults(session, this.request);
    if (isFailure(first)) {
      const found = this.find(first, 'first');
      // One that the search goes past was run again in fresh workers: so it can be repeated.
      return (await this.goesPast(found)) ? undefined : found;
    }
    refuseMessages(session, this.request);
    const steps = readTrace(session.words, session.layout);
    const second = await this.repeat(steps);
    const again = readTrace(session.words, session.layout);
    if (second.reason === 'hung') return this.find(second, 'first');
    if (isFailure(second) || !sameEvents(steps, again)) {
      this.job.explored = this.explored(second);
      throw notRepeatable(this.request.url, session, steps, again);
    }
    return undefined;
  }

  /** Runs a schedule again. @param timeouts when waits timed out in it; by default as in the first schedule */
  repeat(steps: readonly Step[], timeouts = this.once.timeouts): Promise<RunOutcome> {
    const guide = steps.map((step) => step.actor);
    const once = { ...this.once, timeouts };
    return this.session.run({ ...once, strategy: 'guided', guide, events: eventsOf(steps) });
  }

  /** It is a program, or a scenario whose threads have started Workers. */
  get hasWorkers(): boolean {
    return this.request.program !== undefined || this.session.workers > 0;
  }

  /** When waits timed out in the schedule that was run last. */
  get lastTimeouts(): TimeoutName {
    return TIMEOUT_NAMES[this.session.words[H.TIMEOUTS]];
  }

  private get once(): Pick<RunRequest, 'schedules' | 'timeouts'> {
    return { schedules: 1, timeouts: this.timeouts === 'mixed' ? 'last' : this.timeouts };
  }

  /**
   * Searches up to a find, or the end. @param checked after how many schedules the search pauses next, and what is then
   * done: the search ends with what that throws
   */
  async search(checked?: {
    readonly next: (executions: number) => number;
    check(): Promise<void>;
  }): Promise<Explored | Find> {
    const { session, request, timeouts } = this;
    const { signal, strategy } = request;
    const params = paramsOfJob(request, this.job);
    const schedules = this.hasWorkers ? request.schedulesWithWorkers : request.schedules;
    const all = Math.ceil(schedules / request.jobs);
    const next = (executions: number): number => Math.min(all, checked?.next(executions) ?? all);
    const run = { strategy: request.own?.url ?? strategy, params, schedules: all, timeouts, signal };
    let outcome = await session.run({ ...run, schedules: next(0) });
    for (;;) {
      refuseFaults(session, request);
      if (isFailure(outcome)) {
        const found = this.find(outcome, strategy);
        if (!(await this.goesPast(found))) return found;
      } else if (outcome.reason !== 'limit' || outcome.executions >= all) break;
      else await checked?.check();
      if (session.isSpent(run) || signal.aborted) break;
      outcome = await session.run({ ...run, schedules: next(outcome.executions), goOn: true });
    }
    refuseMessages(session, request);
    this.remarks.push(...remarksOf(session, outcome));
    this.job.explored = this.explored(outcome);
    return this.job.explored;
  }

  explored(outcome: RunOutcome): Explored {
    const { session, remarks, timeouts } = this;
    return {
      passedRaces: passedRacesOf(session, outcome),
      ...countsOf(session, outcome),
      noted: mapped(outcome.noted),
      remarks,
      timeouts,
    };
  }

  private find(outcome: RunOutcome, by: string): Find {
    if (outcome.failure === FAIL.STRATEGY) throw strategyFailed(by, outcome);
    const { session, request, job } = this;
    job.explored = this.explored(outcome);
    const failure = failureOf(session, outcome) as Failure;
    const recording = {
      scenario: request.url,
      ...threadsOf(session, request.program),
      operations: session.operations,
      seed: request.seed,
      ...limitsOf(request),
      faults: someFaults(session.faults),
      plainSteps: session.plainSteps.length === 0 ? undefined : session.plainSteps,
      timeouts: this.lastTimeouts,
      schedule: encodeSchedule(failure.steps.map((step) => step.actor)),
      ...someEvents(failure.steps),
      failure: failureName(failure.failure),
    };
    return new Find(failure, recording, { strategy: by, schedule: outcome.schedule, job: job.number });
  }

  private async goesPast(found: Find): Promise<boolean> {
    return (await this.request.goesPast?.(found)) === true;
  }
}

/** Jobs of a search that can be shared out each do a share of what was asked for. */
function paramsOfJob({ params, jobs }: JobRequest, { number }: Job): Readonly<Record<string, number>> {
  const { share, shares } = params;
  if (jobs === 1 || shares === undefined) return params;
  return { ...params, share: (share - 1) * jobs + number + 1, shares: shares * jobs };
}

function limitsOf(request: JobRequest) {
  const { stepLimit, spinLimit, hangMs, races, raceEffects, allowRaces, faults } = request;
  return { stepLimit, spinLimit, hangMs, races, raceEffects, allowRaces, faults };
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
/** Before anything is said of what was found: faults are not for threads that are started, or hear messages. */
function refuseFaults({ words }: Session, { url }: JobRequest): void {
  if (words[H.FAULTS] === 0 || words[H.MESSAGES] === 0) return;
  throw new LabError(
    'Usage',
    `${where(url)}: its threads start Workers or send messages: faults happen to threads that share memory only`,
  );
}

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
  const apart = session.placement.refused
    ? [
        'slower than it could be: other work has the cores, and threads that take turns could not be put on one core ' +
          'by taskset (util-linux)',
      ]
    : [];
  return [...neverSlept(outcome, labelsOf(session)), ...unmet, ...apart];
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
    faults: someFaults(session.faults),
    faultsHappened: words[session.layout.faults + N.HAPPENED],
    messages: words[H.MESSAGES] !== 0,
    program: words[H.PROGRAM] !== 0,
    acted: new Sets(words).acted.toArray(),
    behaviours: session.behaviours,
  };
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

export function sameEvents(a: readonly Step[], b: readonly Step[]): boolean {
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
