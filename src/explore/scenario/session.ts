import { Buffers, type RestoreRange } from '../../control/memory/buffers.ts';
import type { NamedWords } from '../../control/memory/labels.ts';
import type { LocalFailure } from '../../control/notes/local_failure.ts';
import type { OutsideUse } from '../../control/notes/outside_use.ts';
import { connect } from '../../control/session/connect.ts';
import { reasonOfExit } from '../../control/session/member.ts';
import { Placement } from '../../control/session/placement.ts';
import type { AgentData, ScenarioFacts } from '../../control/session/protocol.ts';
import type { RunOutcome, RunRequest } from '../../control/session/run.ts';
import { type RunEnd, watchRun } from '../../control/session/run_watch.ts';
import { starvedText } from '../../control/session/stall.ts';
import { Team } from '../../control/session/team.ts';
import type { Faults } from '../../control/words/fault.ts';
import {
  FAIL,
  H,
  type Layout,
  layoutFor,
  STOP,
  STRATEGY_CALL,
  T,
  THREADS_MAX,
} from '../../control/words/layout.ts';
import { makeBehaviourMemory } from '../../observe/behaviours/behaviour_table.ts';
import { makeShadow, plainStepsOf } from '../../observe/races/shadow_memory.ts';
import { wordsOfObservers } from '../../observe/registry.ts';
import { LabError } from '../../platform/error.ts';
import { callUnderWay } from '../../strategies/own/stalled.ts';
import { wordsOfStrategies } from '../../strategies/registry.ts';
import { AllowedRaces } from './allowed_races.ts';
import { faultsOf, requireLanes, requireVictims } from './faults.ts';
import { outcomeOf } from './outcome.ts';
import { prepareWords } from './prepare_words.ts';
import { ReadyThreads } from './ready_threads.ts';
import { scenarioError } from './scenario_error.ts';
import { checkExports } from './scenario_exports.ts';
import { type SessionOptions, THREADS_USUAL } from './session_options.ts';
import { ToldBefore } from './told_before.ts';

/**
 * The threads of one scenario, kept for many schedules: starts the workers, loads and sets up the scenario in
 * them, starts runs and watches over them. It decides nothing: the threads do that among themselves.
 */
export class Session {
  readonly layout: Layout;
  readonly words: Int32Array;
  private readonly options: SessionOptions;
  private readonly control: SharedArrayBuffer;
  private readonly team: Team;
  readonly placement: Placement;
  /** Of the user's strategy. */
  private readonly strategyState: Int32Array;
  /** The workers did not come out of a run, and must be replaced before the next. */
  private lost = false;
  /** The workers have run a schedule: a program, or a scenario that starts Workers, gets new ones for the next. */
  private used = false;
  private ranges: readonly RestoreRange[] | undefined;
  private readonly buffers = new Buffers(-1);
  /** See `stopAfter`; 0 for no bound. */
  private schedulesMax = 0;
  readonly allowed: AllowedRaces;
  /** Memory of the race detector. */
  private shadow: SharedArrayBuffer | undefined;
  /** It is for so many threads. */
  private shadowed = 0;
  /** Of the behaviours that schedules show. */
  readonly behaviours: SharedArrayBuffer | undefined;
  private readonly outside: OutsideUse[] = [];
  private readonly told = new ToldBefore();
  shared: unknown;
  names: readonly NamedWords[] = [];
  /** Words whose plain accesses are steps in this run, as pairs of buffer and granule. */
  plainSteps: readonly number[] = [];
  threads = 0;
  /** Threads that stand ready for Workers. */
  workers = 0;
  private readonly ready = new ReadyThreads();
  /** What `setup` was told; undefined if the scenario exports no `operations`. */
  operations: number | undefined;
  facts: ScenarioFacts | undefined;
  /** Most of each kind that may happen in a schedule. */
  faults: Faults = {};

  private constructor(options: SessionOptions) {
    this.options = options;
    this.allowed = new AllowedRaces(options.allowRaces);
    const sizes = {
      stepLimit: options.stepLimit,
      strategyWords: Math.max(
        wordsOfStrategies(THREADS_MAX, options.stepLimit),
        options.strategy?.controlWords ?? 0,
      ),
      observerWords: wordsOfObservers(THREADS_MAX, options.stepLimit),
    };
    this.layout = layoutFor(sizes);
    this.control = new SharedArrayBuffer(this.layout.words * 4);
    this.words = new Int32Array(this.control);
    const { scenario, seed, strategy } = options;
    const state = new SharedArrayBuffer((strategy?.stateWords ?? 0) * 4);
    this.strategyState = new Int32Array(state);
    this.behaviours = options.coverage === true ? makeBehaviourMemory() : undefined;
    const common = {
      control: this.control,
      sizes,
      scenario,
      seed,
      program: options.program,
      reuse: options.reuse,
      behaviours: this.behaviours,
      race: { races: options.races === true, raceEffects: options.raceEffects === true },
      strategy: strategy && { url: strategy.url, shown: strategy.shown, state },
    };
    this.workers = options.workers ?? (options.program === undefined ? 0 : 1);
    this.team = new Team(options, (thread) => ({ ...common, thread, role: this.roleOf(thread) }));
    this.placement = new Placement(this.words, () => this.team.members);
  }

  private roleOf(thread: number): AgentData['role'] {
    if (this.options.program !== undefined) return thread === 0 ? 'main' : 'worker';
    return this.threads > 0 && thread >= this.threads ? 'worker' : 'scenario';
  }

  /** Number of the schedule that is being run. */
  get schedules(): number {
    return Atomics.load(this.words, H.SCHEDULE);
  }

  /** All of them, those that stand ready for Workers, too. */
  private get all(): number {
    return this.threads + this.workers;
  }

  static async open(options: SessionOptions): Promise<Session> {
    const session = new Session(options);
    try {
      await session.start();
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  /** Ends the run that is under way, and every later one, after so many schedules, or at once if it is beyond them. */
  stopAfter(schedules: number): void {
    this.schedulesMax = Math.max(1, Math.min(this.schedulesMax || schedules, schedules));
    const asked = this.words[H.STOP_REQUEST];
    if (asked === 0 || asked > this.schedulesMax) {
      Atomics.store(this.words, H.STOP_REQUEST, this.schedulesMax);
    }
  }

  /** A run whose last schedule failed has nothing left to go on with: so many schedules were run, or all that there are. */
  isSpent({ schedules, strategy }: Pick<RunRequest, 'schedules' | 'strategy'>): boolean {
    const { words, schedulesMax } = this;
    const isBehind = schedulesMax > 0 && words[H.SCHEDULE] >= schedulesMax;
    if (isBehind || words[H.EXECUTIONS] >= schedules) return true;
    // The portfolio goes on by its random members where there is more to find.
    return words[H.SPACE_DONE] !== 0 && (strategy !== 'portfolio' || words[H.OPEN] === 0);
  }

  close(): Promise<void> {
    return this.team.close();
  }

  private async start(): Promise<void> {
    const { team, options } = this;
    if (options.program !== undefined) return this.startProgram();
    // Starting a worker takes longer than all the rest: those that will be needed, or may well be, start together.
    if (options.threads !== undefined) requireThreads(options.threads);
    team.grow(options.threads ?? THREADS_USUAL);
    await this.load(0);
    const facts = this.facts as ScenarioFacts;
    this.threads = options.threads ?? facts.threads ?? THREADS_USUAL;
    requireThreads(this.threads);
    this.faults = faultsOf(options.scenario, options.faults, facts, this.threads);
    requireLanes(this.faults, this.threads);
    requireVictims(options.scenario, facts.victims, this.threads);
    this.operations = facts.operations === undefined ? undefined : (options.operations ?? facts.operations);
    team.grow(this.threads);
    await team.keep(this.threads);
    const { threads, operations } = this;
    const setup = await team.request(0, { type: 'setup', threads, operations }, 'setup()');
    if (setup.type !== 'shared') throw scenarioError(options.scenario, 'setup() failed', setup);
    this.shared = setup.shared;
    team.grow(this.all);
    await Promise.all(team.members.slice(1).map((_, i) => this.load(i + 1)));
    await this.attach();
    // For workers that must be replaced in the middle of a schedule.
    this.buffers.register(this.shared);
    this.buffers.save(this.ranges);
  }

  /** A program is loaded in each of its schedules; here its threads begin to wait for the first. */
  private async startProgram(): Promise<void> {
    this.threads = 1;
    this.team.grow(this.all);
    await Promise.all(this.team.members.map((_, thread) => this.load(thread)));
    await this.attach();
  }

  private async load(thread: number): Promise<void> {
    const { scenario } = this.options;
    const loaded = await this.team.request(thread, { type: 'load' }, 'loading');
    if (loaded.type !== 'loaded') throw scenarioError(scenario, 'could not be loaded', loaded);
    if (loaded.facts === undefined) return;
    this.facts ??= loaded.facts;
    checkExports(scenario, loaded.facts.exported);
    for (const name of ['setup', 'thread'] as const) {
      if (loaded.facts[name] !== 'function') {
        throw new LabError('Usage', `${scenario}: a scenario exports a function ${name}()`);
      }
    }
  }

  /** Gives every worker the shared value, one after the other, then lets all copy its first state. */
  private async attach(): Promise<void> {
    const { team, options } = this;
    const carriers = connect(this.all);
    if (options.races === true && this.shadowed !== this.all) {
      const steps = this.shadow === undefined ? options.plainSteps : plainStepsOf(this.shadow);
      this.shadow = makeShadow(this.all, steps);
      this.shadowed = this.all;
    }
    for (let thread = 0; thread < this.all; thread++) {
      const { shared, shadow } = this;
      const request = { type: 'attach', shared, shadow, carriers: carriers[thread] } as const;
      const reply = await team.request(thread, request, 'attach()');
      if (reply.type !== 'attached') throw scenarioError(options.scenario, 'attach() failed', reply);
      if (thread === 0) this.names = reply.names;
    }
    const replies = await Promise.all(
      team.members.map((_, thread) => team.request(thread, { type: 'save' }, 'restore()')),
    );
    for (const reply of replies) {
      if (reply.type !== 'saved') throw scenarioError(options.scenario, 'restore() failed', reply);
      this.ranges ??= reply.ranges;
    }
  }

  /**
   * Runs schedules until the limit, a failure, or the end of the space. After a run that ended as `hung` or `died`
   * the next one begins with new workers.
   *
   * @throws WorkerCrashed if a thread was given no CPU time for very long: then nothing can be said.
   */
  async run(request: RunRequest): Promise<RunOutcome> {
    if (this.lost || (this.used && this.words[H.RENEW] !== 0)) await this.replaceWorkers();
    this.prepare(request);
    for (;;) {
      const outcome = await this.runOnce(request);
      if (this.beginsAgain(outcome)) {
        this.prepare(request);
        continue;
      }
      const { words } = this;
      if (words[H.GUESSED] === 0) this.ready.settle(this.all);
      // What fails with a number of threads that was guessed is looked for with the right one.
      const isOther =
        outcome === undefined ? words[H.STOP_REASON] === STOP.OTHER_THREADS : words[H.GUESSED] !== 0;
      if (outcome !== undefined && !isOther) return outcome;
      // A worker would not leave its schedule, or each schedule has new ones: all are replaced, and the run goes on.
      if (isOther) this.workers = this.ready.next(this.all, words[H.NEXT_THREAD]) - this.threads;
      await this.replaceWorkers();
      if (!isOther) continue;
      // Nobody closes the schedule that was cut short: it is run again.
      words[H.UNCLOSED] = 0;
      this.prepare(request);
    }
  }

  /** Accesses that are steps from now on were met: the schedules of before have other steps. */
  private beginsAgain(outcome: RunOutcome | undefined): boolean {
    const { words } = this;
    if (outcome?.failure === FAIL.RACE && this.allowed.takes(outcome.observed)) words[H.MORE_STEPS] = 1;
    else if (outcome?.reason !== 'requested' || words[H.STOP_REASON] !== STOP.MORE_STEPS) return false;
    return true;
  }

  private prepare(request: RunRequest): void {
    const { words, layout, options } = this;
    this.plainSteps = this.shadow === undefined ? [] : plainStepsOf(this.shadow);
    // Schedules of before have other steps: what a strategy knows of them is of no use.
    const goOn = request.goOn === true && words[H.MORE_STEPS] === 0;
    if (request.fresh !== false && !goOn) this.strategyState.fill(0);
    if (!goOn && this.behaviours !== undefined) new Int32Array(this.behaviours).fill(0);
    prepareWords(words, layout, options, {
      request,
      goOn,
      threads: this.threads,
      workers: this.workers,
      guessed: this.ready.isGuess(this.all),
      spinners: this.placement.spinners(this.all),
      hasInvariant: this.facts?.invariant === 'function',
      faults: this.faults,
      victims: this.facts?.victims,
      bypass: this.facts?.bypass,
    });
    words[H.STOP_REQUEST] = this.schedulesMax;
  }

  private async runOnce(request: RunRequest): Promise<RunOutcome | undefined> {
    const { words, layout, team } = this;
    words[H.STATUS] = 0;
    words[H.STOP_REASON] = STOP.NONE;
    words[H.FAIL] = FAIL.NONE;
    words[H.SPINNERS] = 0;
    words[H.OWN_WORK] = 0;
    words[H.STRATEGY_CALL] = STRATEGY_CALL.NONE;
    words[H.STRATEGY_CREATES] = 0;
    for (let thread = 0; thread < this.all; thread++) words[layout.threads + thread * T.WORDS + T.GO] = 0;
    this.buffers.restore();
    this.used = true;

    const onAbort = (): void => {
      Atomics.store(words, H.STOP_REQUEST, 1);
    };
    request.signal?.addEventListener('abort', onAbort);
    if (request.signal?.aborted) onAbort();
    const requestFor = (thread: number) => ({
      type: 'run' as const,
      strategy: request.strategy,
      params: request.params ?? {},
      lead: thread === 0,
      describe: request.describe ?? false,
      print: request.print ?? false,
      allowed: this.allowed.sites,
    });
    const end = await watchRun(team, words, layout, requestFor, this.placement);
    request.signal?.removeEventListener('abort', onAbort);
    if (end.trouble === undefined) return this.isToGoOn() ? this.goOnWithout(end) : this.outcome(end);
    const call = callUnderWay(words);
    if (call !== undefined && end.stall?.kind !== 'starved') return this.strategyStalled(call, end);
    if (end.trouble === 'swallowed' && words[H.FAIL] === FAIL.NONE) return undefined;
    const local =
      end.trouble === 'died' ? { ...reasonOfExit(team.members[end.thread]), stack: '' } : undefined;
    // Before anything is read: a thread that was given up may still go on.
    this.lost = true;
    await team.close();
    if (end.stall?.kind === 'starved' && words[H.FAIL] === FAIL.NONE) {
      const { scenario } = this.options;
      throw new LabError('WorkerCrashed', `${scenario}: thread ${end.thread} ${starvedText(end.stall)}`);
    }
    return this.outcome(end, local);
  }

  /** The run goes on with new workers, for the next schedule or because more are needed. */
  private isToGoOn(): boolean {
    const { words } = this;
    const reason = words[H.STOP_REASON];
    return words[H.FAIL] === FAIL.NONE && (reason === STOP.RENEW || reason === STOP.OTHER_THREADS);
  }

  /** What the workers that go told is kept. */
  private goOnWithout(end: RunEnd): undefined {
    this.outside.push(...this.team.readOutside());
    this.told.keep(end.replies);
    return undefined;
  }

  /** A user's strategy did not come back from a call, or ended its worker there. */
  private async strategyStalled(call: string, end: RunEnd): Promise<RunOutcome> {
    const { words, team } = this;
    const message = stallText(call, end, team);
    this.lost = true;
    await team.close();
    // What was found before stands.
    if (words[H.FAIL] === FAIL.NONE) words[H.FAIL] = FAIL.STRATEGY;
    return this.outcome(end, { name: 'Strategy', message, stack: '' });
  }

  private outcome(end: RunEnd, exit?: LocalFailure): RunOutcome {
    this.outside.push(...this.team.readOutside());
    return outcomeOf(this.words, end, this.outside, exit, this.told);
  }

  private async replaceWorkers(): Promise<void> {
    const { team } = this;
    await team.close();
    this.lost = false;
    this.used = false;
    this.buffers.restore();
    team.grow(this.all);
    await Promise.all(team.members.map((_, thread) => this.load(thread)));
    await this.attach();
  }
}

function stallText(call: string, { trouble, thread, stall }: RunEnd, team: Team): string {
  if (trouble === 'died') return `ended its worker in ${call}: ${reasonOfExit(team.members[thread]).message}`;
  if (stall?.kind === 'sleeps') return `sleeps in ${call}, and nothing wakes it`;
  return `ran on in ${call}: ${(stall?.waited ?? 0) / 1000} s of CPU time, and no answer`;
}

function requireThreads(threads: number): void {
  if (Number.isInteger(threads) && threads >= 1 && threads <= THREADS_MAX) return;
  throw new LabError('Usage', `threads is ${threads}; allowed are 1 to ${THREADS_MAX}`);
}
