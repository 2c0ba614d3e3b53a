/**
 * The worker's side of an exploration: loads the scenario with everything patched, then runs its thread
 * function once per schedule for as long as the control words say. Between runs it takes messages.
 */
import { syncBuiltinESMExports } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { ABANDON, FAIL, H, layoutFor } from '../control/layout.ts';
import { reachableBuffers } from '../control/reach.ts';
import { createStrategy } from '../strategy/create.ts';
import { ABANDONED } from './abandon.ts';
import { Asynchronous, ForeignWait } from './asynchronous.ts';
import { Buffers, type RestoreRange } from './buffers.ts';
import { Determinism } from './determinism.ts';
import { Engine } from './engine.ts';
import { describeError } from './local_failure.ts';
import { Outside } from './outside.ts';
import { patchAtomics } from './patch_atomics.ts';
import { patchOutside } from './patch_outside.ts';
import { patchWasm } from './patch_wasm.ts';
import type { AgentData, AgentReply, AgentRequest, ScenarioFacts } from './protocol.ts';
import { requireShareable } from './shareable.ts';
import { takesEffect } from './takes_effect.ts';
import { registerTypeScript } from './typescript.ts';

/** What a scenario module exports. */
interface ScenarioModule {
  threads?: number;
  allocates?: boolean;
  operations?: number;
  symmetric?: boolean;
  listens?: boolean;
  setup?: (options: { threads: number; operations: number | undefined }) => unknown;
  attach?: (shared: unknown, index: number) => unknown;
  thread?: (shared: unknown, index: number, attached: unknown) => unknown;
  check?: (shared: unknown, attached: unknown) => unknown;
  invariant?: (shared: unknown, attached: unknown) => unknown;
  restore?: (shared: unknown) => Iterable<{
    buffer: SharedArrayBuffer | ArrayBufferView;
    start?: number;
    end?: number;
  }>;
}

class Agent {
  private readonly data: AgentData;
  private readonly engine: Engine;
  private readonly buffers: Buffers;
  private readonly asynchronous: Asynchronous;
  private readonly determinism: Determinism;
  private readonly outside: Outside;
  private scenario: ScenarioModule = {};
  private shared: unknown;
  private attached: unknown;
  /** What setup() returned here, before it was cloned: a module may have kept it. */
  private originals: readonly SharedArrayBuffer[] = [];

  constructor(data: AgentData) {
    this.data = data;
    const words = new Int32Array(data.control);
    this.engine = new Engine(words, layoutFor(data.stepLimit), data.thread);
    this.buffers = new Buffers(data.thread);
    this.outside = new Outside(this.engine, data.outside);
    this.asynchronous = new Asynchronous(this.engine, this.outside);
    this.determinism = new Determinism(this.engine, data.seed);
    patchAtomics(this.engine, this.buffers, this.asynchronous);
    const made = (buffer: SharedArrayBuffer): void => this.buffers.made(buffer);
    this.determinism.install(this.asynchronous, () => this.scenario.allocates === true, made);
    patchOutside(this.engine, this.outside);
    patchWasm(this.outside, made);
    this.buffers.onForeign = () => this.outside.foreignMemory();
    syncBuiltinESMExports();
    process.on('unhandledRejection', (reason) => {
      if (reason === ABANDONED || words[H.ABANDON] !== ABANDON.NONE) return;
      this.engine.failWith(FAIL.UNHANDLED, reason);
    });
  }

  async answer(request: AgentRequest): Promise<AgentReply> {
    switch (request.type) {
      case 'load':
        return { type: 'loaded', facts: await this.load() };
      case 'setup':
        this.determinism.reset();
        return { type: 'shared', shared: await this.setup(request) };
      case 'attach':
        this.shared = request.shared;
        this.buffers.register(request.shared, this.originals);
        this.determinism.reset();
        this.outside.phase = 'attach';
        this.attached = await this.scenario.attach?.(this.shared, this.data.thread);
        return { type: 'attached' };
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
    this.outside.remember();
    this.scenario = exportsOf(await import(this.data.scenario));
    const { threads, operations, setup, thread, check, invariant } = this.scenario;
    this.asynchronous.listens = this.scenario.listens === true;
    return {
      threads: typeof threads === 'number' ? threads : undefined,
      operations: typeof operations === 'number' ? operations : undefined,
      symmetric: this.scenario.symmetric === true,
      setup: typeof setup,
      thread: typeof thread,
      check: typeof check,
      invariant: typeof invariant,
      exported: Object.entries(this.scenario).map(tellExport),
    };
  }

  private async setup(options: { threads: number; operations: number | undefined }): Promise<unknown> {
    this.outside.phase = 'setup';
    const shared = await this.scenario.setup?.(options);
    requireShareable(shared);
    this.originals = reachableBuffers(shared).buffers;
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

  private async run(request: Extract<AgentRequest, { type: 'run' }>): Promise<AgentReply> {
    const { engine, scenario } = this;
    const { words, layout } = engine;
    const { check, invariant } = scenario;
    const strategy = createStrategy(request.strategy, {
      words,
      layout,
      depth: request.depth,
      preemptions: request.preemptions,
      takesEffect: (thread) => takesEffect(words, layout, this.buffers, thread),
      diverged: (step) => {
        engine.fail(FAIL.NONDETERMINISM);
        words[H.FAIL_STEP] = step;
      },
    });
    engine.configure(
      strategy,
      request.strategy === 'guided',
      {
        check: () => {
          if (check?.(this.shared, this.attached) === false) throw new Error('check() returned false');
        },
        restore: () => this.buffers.restore(),
        invariant:
          invariant === undefined
            ? undefined
            : () => {
                if (invariant(this.shared, this.attached) === false)
                  throw new Error('invariant() returned false');
              },
      },
      request.describe,
    );
    this.determinism.quiet = !request.print;
    await this.schedules(request.lead);
    this.determinism.quiet = false;
    return {
      type: 'stopped',
      failure: engine.failure,
      sites: engine.sites === undefined ? undefined : [...engine.sites],
      ...engine.notes.lines,
    };
  }

  /** Runs the thread once per schedule. Without asynchronous threads it never gives up its thread of control. */
  private async schedules(lead: boolean): Promise<void> {
    const { engine } = this;
    let more = lead ? engine.lead() : engine.enter();
    while (more) {
      const promise = this.runThread();
      if (promise !== undefined) await this.settle(promise);
      else if (this.asynchronous.leftBehind) this.outside.leftBehind();
      engine.controlled = false;
      this.outside.threadEnded();
      more = engine.finish();
    }
  }

  private runThread(): PromiseLike<unknown> | undefined {
    const { engine } = this;
    this.determinism.reset();
    this.asynchronous.reset();
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

  private async settle(promise: PromiseLike<unknown>): Promise<void> {
    try {
      await this.asynchronous.settle(promise);
    } catch (error) {
      this.threw(error);
    }
  }

  private threw(error: unknown): void {
    const { engine } = this;
    engine.controlled = false;
    // While a schedule is unwound, whatever comes out of it is an echo of that.
    if (engine.words[H.ABANDON] !== ABANDON.NONE) return;
    engine.failWith(error instanceof ForeignWait ? FAIL.UNCONTROLLED : FAIL.EXCEPTION, error);
  }
}

/** A CommonJS module may come as the default export alone. */
function exportsOf(module: ScenarioModule & { default?: ScenarioModule }): ScenarioModule {
  return module.setup === undefined && typeof module.default?.setup === 'function' ? module.default : module;
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
  const port = parentPort!;
  const agent = new Agent(workerData as AgentData);
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
