/**
 * The worker's side of an exploration: replaces what is under control before any module of the user's is loaded, then runs its
 * thread once per schedule for as long as the control words say. Between runs it takes messages.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { Buffers } from '../../control/memory/buffers.ts';
import { Labels } from '../../control/memory/labels.ts';
import { describeError, type LocalFailure } from '../../control/notes/local_failure.ts';
import type { AgentData, AgentReply, AgentRequest, ScenarioFacts } from '../../control/session/protocol.ts';
import { isUnwinding } from '../../control/thread/abandon.ts';
import { Carriers } from '../../control/thread/carriers.ts';
import { Engine } from '../../control/thread/engine.ts';
import { EventLoop } from '../../control/thread/event_loop.ts';
import { foreignResources } from '../../control/thread/foreign_wait.ts';
import type { InterceptHost } from '../../control/thread/interceptor.ts';
import { Outside } from '../../control/thread/outside.ts';
import { PlainAccesses } from '../../control/thread/plain_accesses.ts';
import { Schedules } from '../../control/thread/schedules.ts';
import type { Strategy, StrategyType } from '../../control/thread/strategy.ts';
import { takesEffect } from '../../control/thread/takes_effect.ts';
import { actorsOf } from '../../control/words/fault.ts';
import { ABANDON, FAIL, H, layoutFor, T, THREADS_MAX } from '../../control/words/layout.ts';
import { instrumentModules } from '../../intercept/plain/plain.ts';
import { intercept } from '../../intercept/registry.ts';
import { observers } from '../../observe/registry.ts';
import { ownTask } from '../../platform/tasks.ts';
import { withFaults } from '../../strategies/fault_moments.ts';
import { GuardedStrategy } from '../../strategies/own/guard.ts';
import { loadOwnStrategy } from '../../strategies/own/load.ts';
import type { OwnStrategyType } from '../../strategies/own/own_strategy.ts';
import { paramsOf, strategyType } from '../../strategies/registry.ts';
import { programThread, type ReusedModulesType } from '../program/program_agent.ts';
import type { ProgramThread } from '../program/program_thread.ts';
import { LooseEnds } from './loose_ends.ts';
import { ScenarioThread } from './scenario_thread.ts';
import { registerTypeScript } from './typescript.ts';

class Agent {
  /** To the main thread: the code under test gets another one. */
  private readonly port = parentPort as MessagePort;
  private readonly data: AgentData;
  private readonly engine: Engine;
  private readonly buffers: Buffers;
  /** Puts back what interceptors keep: random streams, clocks. */
  private readonly reset: () => void;
  private readonly host: InterceptHost;
  private readonly looseEnds = new LooseEnds();
  private readonly outside: Outside;
  /** What this thread is: one of a scenario, or one of a program, if only a Worker that a scenario starts. */
  private readonly scenario: ScenarioThread | undefined;
  private readonly program: ProgramThread | undefined;
  private ownStrategy: OwnStrategyType | undefined;
  private shadow: SharedArrayBuffer | undefined;

  constructor(data: AgentData, Reused: ReusedModulesType | undefined) {
    this.data = data;
    const words = new Int32Array(data.control);
    const { seed } = data;
    this.engine = new Engine(words, layoutFor(data.sizes), data.thread);
    this.buffers = new Buffers(data.thread);
    this.outside = new Outside(this.engine, data.outside);
    const { engine, buffers, outside, looseEnds } = this;
    const loop = new EventLoop(engine, () => outside.active());
    const plain = new PlainAccesses(engine, buffers, data.race);
    const carriers = new Carriers(words, [], data.thread);
    this.host = { engine, buffers, loop, outside, plain, seed, carriers, quiet: false };
    this.reset = intercept(this.host);
    if (data.role === 'scenario') this.scenario = new ScenarioThread(this.host, data, looseEnds);
    else this.program = programThread(this.host, data, Reused);
    looseEnds.install(
      (reason) => !isUnwinding(reason) && words[H.ABANDON] === ABANDON.NONE,
      () => engine.controlled,
      (error) => (this.scenario === undefined ? this.program?.threw(error) : this.scenario.failed(error)),
      () => this.program !== undefined && words[engine.block + T.KILL] !== 0,
      this.program === undefined,
    );
  }

  async answer(request: AgentRequest): Promise<AgentReply> {
    switch (request.type) {
      case 'pending':
        return { type: 'pending', resources: foreignResources() };
      case 'load':
        return { type: 'loaded', facts: await this.load() };
      case 'setup':
        this.reset();
        this.outside.phase = 'setup';
        return { type: 'shared', shared: await this.scenario?.setup(request) };
      case 'attach': {
        this.shadow = request.shadow;
        this.host.carriers = new Carriers(this.engine.words, request.carriers, this.data.thread);
        this.reset();
        this.outside.phase = 'attach';
        return { type: 'attached', names: (await this.scenario?.attach(request)) ?? [] };
      }
      case 'save': {
        this.outside.noteLeftOpen();
        this.outside.phase = 'end';
        const ranges = this.scenario?.restoreRanges();
        this.buffers.save(ranges);
        return { type: 'saved', ranges };
      }
      case 'run':
        return this.run(request);
    }
  }

  private async load(): Promise<ScenarioFacts | undefined> {
    registerTypeScript(this.data.scenario);
    const { strategy } = this.data;
    if (strategy !== undefined) {
      this.ownStrategy = await loadOwnStrategy(strategy.url, strategy.shown);
      // The scenario draws and reads the clock as it does without a strategy.
      this.reset();
    }
    const instrumented = instrumentModules(this.host);
    this.outside.remember();
    const facts = await (this.scenario ?? this.program)?.load();
    instrumented();
    return facts;
  }

  private get labels(): Labels {
    return this.scenario?.labels ?? new Labels([], []);
  }

  private async run(request: Extract<AgentRequest, { type: 'run' }>): Promise<AgentReply> {
    const { engine, scenario } = this;
    this.host.plain.allow(request.allowed);
    // First: all that is made for the run keeps sets.
    engine.sets.use(actorsOf(engine.words, engine.layout));
    const watching = this.observers();
    engine.configure({
      strategy: this.strategy(request),
      guided: request.strategy === 'guided',
      hooks: {
        check: () => scenario?.check(),
        restore: () => this.buffers.restore(),
        savedByTimeout: (thread) => scenario?.noteSaved(thread),
      },
      observers: watching,
      describe: request.describe,
    });
    this.host.quiet = !request.print;
    await this.schedules(request.lead);
    this.host.quiet = false;
    return {
      type: 'stopped',
      failure: engine.failure,
      sites: engine.sites === undefined ? undefined : [...engine.sites],
      texts: engine.texts === undefined ? undefined : [...engine.texts],
      noted: engine.notes.lines,
      observed: watching.map(({ name, observer }) => [name, observer.report?.()]),
    };
  }

  private strategy({ strategy, params }: Extract<AgentRequest, { type: 'run' }>): Strategy {
    const { engine, buffers } = this;
    const { words, layout } = engine;
    const { ownStrategy, data } = this;
    const own = data.strategy?.url === strategy ? data.strategy : undefined;
    const type = own === undefined ? strategyType(strategy) : undefined;
    const declared = own === undefined ? type?.params : (ownStrategy?.params ?? {});
    if (declared === undefined) throw new Error(`no strategy ${strategy}`);
    const context = {
      words,
      layout,
      sets: engine.sets,
      params: paramsOf({ params: declared }, params),
      takesEffect: (thread: number) => takesEffect(words, layout, buffers, thread),
      diverged: (step: number) => {
        engine.fail(FAIL.NONDETERMINISM);
        words[H.FAIL_STEP] = step;
      },
    };
    if (own === undefined) return (type as StrategyType).create(context, layout.strategy);
    const guarded = new GuardedStrategy(
      ownStrategy as OwnStrategyType,
      engine,
      context,
      layout.strategy,
      own.state,
    );
    return withFaults(context, guarded);
  }

  private observers(): ReturnType<typeof observers> {
    const { engine, buffers } = this;
    const context = {
      engine,
      buffers,
      plain: this.host.plain,
      shadow: this.shadow,
      behaviours: this.data.behaviours,
      threads: engine.words[H.THREADS],
      labels: () => this.labels,
      invariant: this.scenario?.invariant,
    };
    return observers(context, engine.layout.observers, THREADS_MAX, this.data.sizes.stepLimit);
  }

  /**
   * Runs the thread once per schedule. It gives up its thread of control only where the thread is asynchronous, or has
   * left something to the event loop.
   */
  private async schedules(lead: boolean): Promise<void> {
    const { engine, looseEnds } = this;
    const schedules = new Schedules(engine);
    let more = lead ? schedules.lead() : schedules.enter();
    if (this.scenario !== undefined) looseEnds.watch();
    while (more) {
      this.begin();
      const living = this.scenario === undefined ? this.program?.live() : this.scenario.live();
      if (living !== undefined) await living;
      engine.settleLast();
      engine.controlled = false;
      this.outside.threadEnded();
      if (engine.failure !== undefined) this.tell(engine.failure);
      more = schedules.finish();
    }
    looseEnds.stopWatching();
  }

  private begin(): void {
    this.reset();
    this.host.loop.reset();
    this.buffers.beginSchedule();
    this.looseEnds.begin();
  }

  /** Tells at once what was found: another thread may never come out of the schedule, and the run not to its end. */
  private tell(failure: LocalFailure): void {
    this.port.postMessage({ type: 'failure', failure } satisfies AgentReply);
  }
}

/** Serves the main thread's requests, one at a time. @param Reused what runs a program's modules again and again, where that is asked for */
export function serve(Reused?: ReusedModulesType): void {
  const port = parentPort as MessagePort;
  const agent = new Agent(workerData as AgentData, Reused);
  port.postMessage({ type: 'started', task: ownTask() } satisfies AgentReply);
  port.on('message', async (request: AgentRequest) => {
    let reply: AgentReply;
    try {
      reply = await agent.answer(request);
    } catch (error) {
      reply = { type: 'failed', failure: describeError(error) };
    }
    try {
      port.postMessage(reply);
    } catch (error) {
      port.postMessage({ type: 'failed', failure: describeError(error) } satisfies AgentReply);
    }
  });
}
