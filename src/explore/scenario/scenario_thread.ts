import type { Buffers, RestoreRange } from '../../control/memory/buffers.ts';
import { Labels, type NamedWords } from '../../control/memory/labels.ts';
import { type Reachable, reachableBuffers } from '../../control/memory/reach.ts';
import { describeError } from '../../control/notes/local_failure.ts';
import type { AgentData, AgentRequest, ScenarioFacts } from '../../control/session/protocol.ts';
import { isUnwinding } from '../../control/thread/abandon.ts';
import type { Engine } from '../../control/thread/engine.ts';
import { ForeignWait } from '../../control/thread/foreign_wait.ts';
import type { InterceptHost } from '../../control/thread/interceptor.ts';
import type { Faults } from '../../control/words/fault.ts';
import { ABANDON, FAIL, FLAG, H, type TimeoutName } from '../../control/words/layout.ts';
import { KIND } from '../../control/words/operation.ts';
import { ownPlace } from '../../control/words/place.ts';
import { faultTools, takenThreads } from '../../intercept/faults/nemesis_tools.ts';
import { overtakingTools } from '../../intercept/faults/overtaking.ts';
import { messagesOf } from '../../intercept/workers/workers.ts';
import { savedByTimeout } from '../../observe/saved_by_timeout.ts';
import { exportsOf, type ScenarioModule } from './exports_of.ts';
import type { LooseEnds } from './loose_ends.ts';
import { readNames } from './names.ts';
import type { ThreadTools } from './scenario.ts';
import { requireShareable } from './shareable.ts';

/** What a rejection that nobody handles can lead to. */
const FOLLOW_FROM_REJECTION: readonly number[] = [FAIL.BLOCKED, FAIL.LIVELOCK, FAIL.STEP_LIMIT];

/**
 * One thread of a scenario: its module, what it shares with the others, and its function `thread`, run once in each schedule.
 *
 * Where messages are about, a thread ends as in Node.js: when its function has returned and nothing keeps it alive, no port that
 * is listened to, no Worker that it started. Then its ports close, and the Workers that it started end with it.
 */
export class ScenarioThread {
  private readonly host: InterceptHost;
  private readonly data: AgentData;
  private readonly looseEnds: LooseEnds;
  private scenario: ScenarioModule = {};
  private shared: unknown;
  private attached: unknown;
  private names: readonly NamedWords[] = [];
  /** What setup() returned here, before it was cloned: a module may have kept it. */
  private originals: Reachable | undefined;
  private tools: ThreadTools | undefined;

  constructor(host: InterceptHost, data: AgentData, looseEnds: LooseEnds) {
    this.host = host;
    this.data = data;
    this.looseEnds = looseEnds;
  }

  private get engine(): Engine {
    return this.host.engine;
  }

  private get buffers(): Buffers {
    return this.host.buffers;
  }

  async load(): Promise<ScenarioFacts> {
    this.scenario = exportsOf(await import(this.data.scenario));
    const { threads, operations, setup, thread, check, invariant } = this.scenario;
    this.host.loop.listens = this.scenario.listens === true;
    return {
      threads: typeof threads === 'number' ? threads : undefined,
      operations: typeof operations === 'number' ? operations : undefined,
      symmetric: this.scenario.symmetric === true,
      setup: typeof setup,
      thread: typeof thread,
      check: typeof check,
      invariant: typeof invariant,
      timeouts: this.scenario.timeouts as TimeoutName | undefined,
      faults: plainFaults(this.scenario.faults),
      victims: numbersOf(this.scenario.victims),
      progress: this.scenario.progress,
      bypass: typeof this.scenario.bypass === 'number' ? this.scenario.bypass : undefined,
      exported: Object.entries(this.scenario).map(tellExport),
    };
  }

  async setup(options: { threads: number; operations: number | undefined }): Promise<unknown> {
    const shared = await this.scenario.setup?.(options);
    requireShareable(shared);
    this.originals = reachableBuffers(shared);
    return shared;
  }

  async attach({ shared }: Extract<AgentRequest, { type: 'attach' }>): Promise<readonly NamedWords[]> {
    this.shared = shared;
    this.buffers.register(shared, this.originals);
    this.attached = await this.scenario.attach?.(shared, this.data.thread);
    const { names } = this.scenario;
    if (names !== undefined) {
      this.names = readNames(names(shared, this.attached), this.buffers.reachable.buffers);
    }
    return this.names;
  }

  /** The parts of memory that are put back; undefined for all of it. */
  restoreRanges(): RestoreRange[] | undefined {
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

  get labels(): Labels {
    const { buffers, views } = this.buffers.reachable;
    return new Labels(buffers, views, this.names);
  }

  check(): void {
    // Without `this`: a stack names the function alone.
    const { check } = this.scenario;
    const taken = takenThreads(this.host);
    if (check?.(this.shared, this.attached, taken) === false) throw new Error('check() returned false');
  }

  get invariant(): (() => unknown) | undefined {
    const { invariant } = this.scenario;
    return invariant === undefined
      ? undefined
      : () => invariant(this.shared, this.attached, takenThreads(this.host));
  }

  /** What would have hung without a timeout is worth a remark. */
  noteSaved(thread: number): void {
    const { words, layout, notes } = this.engine;
    if (words[H.SAVED] === words[H.SCHEDULE] + 1) return;
    words[H.SAVED] = words[H.SCHEDULE] + 1;
    const line = savedByTimeout(words, layout, this.buffers, this.labels, thread);
    if (line !== undefined) notes.remark(line);
  }

  /**
   * Lives once. Undefined where the thread is a plain function and has left nothing to the event loop: then the thread of
   * control is not given up.
   */
  live(): Promise<void> | undefined {
    const { engine, looseEnds, host } = this;
    engine.started();
    engine.controlled = true;
    const promise = this.callThread();
    if (promise !== undefined) {
      looseEnds.stopWatching();
      return this.settle(promise).then(() => this.finish());
    }
    const left = looseEnds.any || host.loop.pending.hasTimers || host.loop.ports.keepsAlive(engine.me);
    if (!left) {
      this.end();
      return undefined;
    }
    return this.settle(undefined).then(() => {
      this.finish();
      if (host.loop.leftBehind) host.outside.leftBehind();
    });
  }

  private finish(): void {
    this.blameRejection();
    this.end();
  }

  /** The thread's last step, where ports were made in this schedule: what it has of them closes, and its Workers end. */
  private end(): void {
    const { engine, host } = this;
    const { words } = engine;
    if (words[H.PORTS] === 0 || words[H.ABANDON] !== ABANDON.NONE) return;
    engine.controlled = true;
    try {
      engine.arrive(KIND.END, ownPlace(engine.me), 0, 0, 0, 0, 0);
    } catch (error) {
      if (!isUnwinding(error)) throw error;
      return;
    }
    const { ports, handed } = messagesOf(host);
    handed.takeAll();
    engine.lives.terminateChildren();
    ports.discardAll();
    engine.leave(FLAG.CHANGED, 0, 0);
    engine.controlled = false;
  }

  private callThread(): PromiseLike<unknown> | undefined {
    try {
      this.tools ??= {
        ports: messagesOf(this.host).handed.all(),
        ...faultTools(this.host),
        ...overtakingTools(this.host),
      };
      const result = this.scenario.thread!(this.shared, this.data.thread, this.attached, this.tools);
      if (isThenable(result)) return result;
    } catch (error) {
      this.threw(error);
    }
    return undefined;
  }

  /** Runs an asynchronous thread to its end; or, without one, what a plain function has left to the event loop. */
  private async settle(promise: PromiseLike<unknown> | undefined): Promise<void> {
    const { loop, engine } = this.host;
    try {
      await loop.settle(promise);
      if (promise !== undefined && loop.ports.keepsAlive(engine.me)) await loop.settle(undefined);
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

  /** The thread has ended by an error, of its own or out of what it left to the event loop. */
  threw(error: unknown): void {
    this.engine.settleLast();
    this.engine.controlled = false;
    this.failed(error);
  }

  failed(error: unknown): void {
    const { engine } = this;
    // While a schedule is unwound, whatever comes out of it is an echo of that.
    if (engine.words[H.ABANDON] !== ABANDON.NONE || engine.sleep.letPass()) return;
    engine.failWith(error instanceof ForeignWait ? FAIL.UNCONTROLLED : FAIL.EXCEPTION, error);
  }
}

/** As they can be sent: what is wrong in them is told by who gets them. */
function plainFaults(faults: unknown): Faults | undefined {
  if (typeof faults !== 'object' || faults === null) return undefined;
  return Object.fromEntries(
    Object.entries(faults).map(([name, most]) => [name, typeof most === 'number' ? most : String(most)]),
  ) as Faults;
}

function numbersOf(list: unknown): number[] | undefined {
  return Array.isArray(list) ? list.map(Number) : undefined;
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
