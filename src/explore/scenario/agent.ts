/**
 * The worker's side of an exploration: loads the scenario with everything patched, then runs its thread
 * function once per schedule for as long as the control words say. Between runs it takes messages.
 */
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { Buffers, type RestoreRange } from '../../control/memory/buffers.ts';
import { Labels, type NamedWords } from '../../control/memory/labels.ts';
import { type Reachable, reachableBuffers } from '../../control/memory/reach.ts';
import { describeError, type LocalFailure } from '../../control/notes/local_failure.ts';
import type { AgentData, AgentReply, AgentRequest, ScenarioFacts } from '../../control/session/protocol.ts';
import { ABANDONED } from '../../control/thread/abandon.ts';
import { Asynchronous, ForeignWait } from '../../control/thread/asynchronous.ts';
import { Engine } from '../../control/thread/engine.ts';
import { foreignResources } from '../../control/thread/foreign_wait.ts';
import type { InterceptHost } from '../../control/thread/interceptor.ts';
import { Outside } from '../../control/thread/outside.ts';
import { PlainAccesses } from '../../control/thread/plain_accesses.ts';
import { Schedules } from '../../control/thread/schedules.ts';
import type { Strategy, StrategyType } from '../../control/thread/strategy.ts';
import { takesEffect } from '../../control/thread/takes_effect.ts';
import { ABANDON, FAIL, H, layoutFor, T, THREADS_MAX, type TimeoutName } from '../../control/words/layout.ts';
import { instrumentModules } from '../../intercept/plain/plain.ts';
import { intercept } from '../../intercept/registry.ts';
import { observers } from '../../observe/registry.ts';
import { savedByTimeout } from '../../observe/saved_by_timeout.ts';
import { ownTask } from '../../platform/tasks.ts';
import { GuardedStrategy } from '../../strategies/own/guard.ts';
import { loadOwnStrategy } from '../../strategies/own/load.ts';
import type { OwnStrategyType } from '../../strategies/own/own_strategy.ts';
import { paramsOf, strategyType } from '../../strategies/registry.ts';
import { exportsOf, type ScenarioModule } from './exports_of.ts';
import { LooseEnds } from './loose_ends.ts';
import { readNames } from './names.ts';
import { requireShareable } from './shareable.ts';
import { registerTypeScript } from './typescript.ts';

/** What a rejection that nobody handles can lead to. */
const FOLLOW_FROM_REJECTION: readonly number[] = [FAIL.BLOCKED, FAIL.LIVELOCK, FAIL.STEP_LIMIT];

class Agent {
  /** To the main thread: the code under test gets another one. */
  private readonly port = parentPort as MessagePort;
  private readonly data: AgentData;
  private readonly engine: Engine;
  private readonly buffers: Buffers;
  private readonly asynchronous: Asynchronous;
  /** Puts back what interceptors keep: random streams, clocks. */
  private readonly reset: () => void;
  private readonly host: InterceptHost;
  private readonly looseEnds = new LooseEnds();
  /** The word that counts this thread's timers. */
  private readonly timers: number;
  private readonly outside: Outside;
  private scenario: ScenarioModule = {};
  private ownStrategy: OwnStrategyType | undefined;
  private shared: unknown;
  private shadow: SharedArrayBuffer | undefined;
  private attached: unknown;
  private names: readonly NamedWords[] = [];
  /** What setup() returned here, before it was cloned: a module may have kept it. */
  private originals: Reachable | undefined;

  constructor(data: AgentData) {
    this.data = data;
    const words = new Int32Array(data.control);
    this.engine = new Engine(words, layoutFor(data.sizes), data.thread);
    this.timers = this.engine.layout.threads + data.thread * T.WORDS + T.TIMERS;
    this.buffers = new Buffers(data.thread);
    this.outside = new Outside(this.engine, data.outside);
    this.asynchronous = new Asynchronous(this.engine, () => this.outside.active());
    const { engine, buffers, asynchronous, outside } = this;
    const { seed } = data;
    const plain = new PlainAccesses(engine, buffers, data.race);
    this.host = { engine, buffers, asynchronous, outside, plain, seed, quiet: false, allocates: false };
    this.reset = intercept(this.host);
    this.looseEnds.install(
      (reason) => reason !== ABANDONED && words[H.ABANDON] === ABANDON.NONE,
      () => this.engine.controlled,
      (error) => this.failed(error),
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
        return { type: 'shared', shared: await this.setup(request) };
      case 'attach':
        this.shared = request.shared;
        this.shadow = request.shadow;
        this.buffers.register(request.shared, this.originals);
        this.reset();
        this.outside.phase = 'attach';
        this.attached = await this.scenario.attach?.(this.shared, this.data.thread);
        this.names = this.readNames();
        return { type: 'attached', names: this.names };
      case 'save': {
        this.outside.noteLeftOpen();
        this.outside.phase = 'end';
        const ranges = this.restoreRanges();
        this.buffers.save(ranges);
        return { type: 'saved', ranges };
      }
      case 'run':
        return this.run(request);
    }
  }

  private async load(): Promise<ScenarioFacts> {
    registerTypeScript(this.data.scenario);
    const { strategy } = this.data;
    if (strategy !== undefined) {
      this.ownStrategy = await loadOwnStrategy(strategy.url, strategy.shown);
      // The scenario draws and reads the clock as it does without a strategy.
      this.reset();
    }
    const instrumented = instrumentModules(this.host);
    this.outside.remember();
    this.scenario = exportsOf(await import(this.data.scenario));
    instrumented();
    const { threads, operations, setup, thread, check, invariant } = this.scenario;
    this.asynchronous.listens = this.scenario.listens === true;
    this.host.allocates = this.scenario.allocates === true;
    return {
      threads: typeof threads === 'number' ? threads : undefined,
      operations: typeof operations === 'number' ? operations : undefined,
      symmetric: this.scenario.symmetric === true,
      setup: typeof setup,
      thread: typeof thread,
      check: typeof check,
      invariant: typeof invariant,
      timeouts: this.scenario.timeouts as TimeoutName | undefined,
      exported: Object.entries(this.scenario).map(tellExport),
    };
  }

  private async setup(options: { threads: number; operations: number | undefined }): Promise<unknown> {
    this.outside.phase = 'setup';
    const shared = await this.scenario.setup?.(options);
    requireShareable(shared);
    this.originals = reachableBuffers(shared);
    return shared;
  }

  private restoreRanges(): RestoreRange[] | undefined {
    if (this.scenario.restore === undefined) return undefined;
    const ranges: RestoreRange[] = [];
    for (const { buffer, start, end } of this.scenario.restore(this.shared)) {
      const view = ArrayBuffer.isView(buffer) ? buffer : undefined;
      const whole = view === undefined ? (buffer as SharedArrayBuffer) : (view.buffer as SharedArrayBuffer);
      const id = this.buffers.reachable.buffers.indexOf(whole);
      if (id < 0)
        throw new TypeError('restore() named a buffer that the value returned by setup() does not hold');
      const base = view?.byteOffset ?? 0;
      ranges.push({ buffer: id, start: base + (start ?? 0), end: base + (end ?? buffer.byteLength) });
    }
    return ranges;
  }

  private readNames(): NamedWords[] {
    const { names } = this.scenario;
    if (names === undefined) return [];
    return readNames(names(this.shared, this.attached), this.buffers.reachable.buffers);
  }

  private get labels(): Labels {
    const { buffers, views } = this.buffers.reachable;
    return new Labels(buffers, views, this.names);
  }

  private noteSaved(thread: number): void {
    const { words, layout, notes } = this.engine;
    if (words[H.SAVED] === words[H.SCHEDULE] + 1) return;
    words[H.SAVED] = words[H.SCHEDULE] + 1;
    const line = savedByTimeout(words, layout, this.buffers, this.labels, thread);
    if (line !== undefined) notes.remark(line);
  }

  private async run(request: Extract<AgentRequest, { type: 'run' }>): Promise<AgentReply> {
    const { engine } = this;
    const { check } = this.scenario;
    this.host.plain.allow(request.allowed);
    const watching = this.observers();
    engine.configure({
      strategy: this.strategy(request),
      guided: request.strategy === 'guided',
      hooks: {
        check: () => {
          if (check?.(this.shared, this.attached) === false) throw new Error('check() returned false');
        },
        restore: () => this.buffers.restore(),
        savedByTimeout: (thread) => this.noteSaved(thread),
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
      params: paramsOf({ params: declared }, params),
      takesEffect: (thread: number) => takesEffect(words, layout, buffers, thread),
      diverged: (step: number) => {
        engine.fail(FAIL.NONDETERMINISM);
        words[H.FAIL_STEP] = step;
      },
    };
    if (own === undefined) return (type as StrategyType).create(context, layout.strategy);
    return new GuardedStrategy(ownStrategy as OwnStrategyType, engine, context, layout.strategy, own.state);
  }

  private observers(): ReturnType<typeof observers> {
    const { engine, buffers } = this;
    const { invariant } = this.scenario;
    const context = {
      engine,
      buffers,
      plain: this.host.plain,
      shadow: this.shadow,
      threads: engine.words[H.THREADS],
      labels: () => this.labels,
      invariant: invariant === undefined ? undefined : () => invariant(this.shared, this.attached),
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
    looseEnds.watch();
    while (more) {
      const promise = this.runThread();
      if (promise !== undefined) {
        looseEnds.stopWatching();
        await this.settle(promise);
        this.blameRejection();
      } else if (looseEnds.any || engine.words[this.timers] > 0) {
        await this.settle(undefined);
        this.blameRejection();
        if (this.asynchronous.leftBehind) this.outside.leftBehind();
      }
      this.settleLast();
      engine.controlled = false;
      this.outside.threadEnded();
      if (engine.failure !== undefined) this.tell(engine.failure);
      more = schedules.finish();
    }
    looseEnds.stopWatching();
  }

  /** Tells at once what was found: another thread may never come out of the schedule, and the run not to its end. */
  private tell(failure: LocalFailure): void {
    this.port.postMessage({ type: 'failure', failure } satisfies AgentReply);
  }

  private runThread(): PromiseLike<unknown> | undefined {
    const { engine } = this;
    this.reset();
    this.asynchronous.reset();
    this.buffers.beginSchedule();
    this.looseEnds.begin();
    engine.started();
    engine.controlled = true;
    try {
      const result = this.scenario.thread!(this.shared, this.data.thread, this.attached);
      if (isThenable(result)) return result;
    } catch (error) {
      this.threw(error);
    }
    return undefined;
  }

  /** Runs an asynchronous thread to its end; or, without one, what a plain function has left to the event loop. */
  private async settle(promise: PromiseLike<unknown> | undefined): Promise<void> {
    try {
      await this.asynchronous.settle(promise);
    } catch (error) {
      this.threw(error);
    }
  }

  /** A rejection that nobody has handled by the end of the thread is a failure of this schedule. */
  private blameRejection(): void {
    const { engine } = this;
    const { words } = engine;
    const rejection = this.looseEnds.unhandled();
    if (rejection === undefined) return;
    if (words[H.ABANDON] === ABANDON.NONE) {
      engine.failWith(FAIL.UNHANDLED, rejection.reason);
    } else if (FOLLOW_FROM_REJECTION.includes(words[H.FAIL])) {
      // A thread that waits for what the rejected function was to do waits for ever: that is not the failure.
      engine.failure ??= describeError(rejection.reason);
      if (words[H.FAIL] === FAIL.BLOCKED) {
        words[H.FAIL] = FAIL.UNHANDLED;
        words[H.FAIL_THREAD] = engine.me;
      }
    }
  }

  /** Records a plain write that is a step, where it was the last that the thread did. */
  private settleLast(): void {
    if (this.engine.unsettled === undefined) return;
    try {
      this.engine.settle();
    } catch (error) {
      if (error !== ABANDONED) throw error;
    }
  }

  /** The thread has ended by an error. */
  private threw(error: unknown): void {
    this.settleLast();
    this.engine.controlled = false;
    this.failed(error);
  }

  private failed(error: unknown): void {
    const { engine } = this;
    // While a schedule is unwound, whatever comes out of it is an echo of that.
    if (engine.words[H.ABANDON] !== ABANDON.NONE || engine.sleep.letPass()) return;
    engine.failWith(error instanceof ForeignWait ? FAIL.UNCONTROLLED : FAIL.EXCEPTION, error);
  }
}

/** An export as it can be told: by its type, and its value where that is simple. */
function tellExport([name, value]: [string, unknown]): [string, string, unknown] {
  const simple = typeof value !== 'function' && typeof value !== 'object' && typeof value !== 'symbol';
  return [name, typeof value, simple ? value : undefined];
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as PromiseLike<unknown>).then === 'function'
  );
}

/** Serves the main thread's requests, one at a time. */
export function serve(): void {
  const port = parentPort as MessagePort;
  const agent = new Agent(workerData as AgentData);
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
