import { availableParallelism } from 'node:os';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { LabError } from '../platform/error.ts';
import { FAIL, H, type Layout, layoutFor, R, STOP, T, THREADS_MAX } from './control/layout.ts';
import { unwatchedLines } from './failure/outside.ts';
import { Sources } from './picture/source.ts';
import { scenarioError } from './scenario_error.ts';
import { checkExports } from './scenario_exports.ts';
import type { InternalStrategyName, StrategyName } from './strategy/create.ts';
import { Buffers, type RestoreRange } from './thread/buffers.ts';
import { isError, type LocalFailure } from './thread/local_failure.ts';
import type { OutsideUse } from './thread/outside.ts';
import type { AgentData, AgentReply, AgentRequest, ScenarioFacts } from './thread/protocol.ts';

export interface SessionOptions {
  /** URL of the scenario module. */
  readonly scenario: string;
  /** Number of threads; by default what the scenario exports, or 2. */
  readonly threads?: number;
  /** Passed to `setup`, for scenarios that export `operations`. */
  readonly operations?: number;
  readonly seed: number;
  readonly stepLimit: number;
  readonly spinLimit: number;
  /** Time that a thread may run without an operation before it counts as hung. */
  readonly hangMs: number;
  /** Other sessions that run at the same time: fewer cores are left for spinning. */
  readonly sessions: number;
}

export interface RunRequest {
  readonly strategy: StrategyName | InternalStrategyName;
  readonly depth?: number;
  readonly preemptions?: number;
  readonly schedules: number;
  /** Decisions to follow, one thread a step, for `guided`; thread and number of steps in turn for `segments`. */
  readonly guide?: readonly number[];
  /** The failure that is due where the guide ends. */
  readonly expected?: number;
  readonly describe?: boolean;
  readonly print?: boolean;
  /** Stops the run after the schedule that is under way. */
  readonly signal?: AbortSignal;
  /** Start from nothing: forget what a systematic search has explored. Default true. */
  readonly fresh?: boolean;
}

/** How the threads' part of a run ended. */
export interface RunOutcome {
  readonly reason: 'limit' | 'exhausted' | 'failed' | 'requested' | 'hung' | 'died';
  /** One of `FAIL`. */
  readonly failure: number;
  readonly failureThread: number;
  readonly failureStep: number;
  readonly local: LocalFailure | undefined;
  /** All threads had ended. */
  readonly ended: boolean;
  readonly sites: ReadonlyMap<number, string>;
  /** What the threads noticed (see `Notes`), each line once. */
  readonly unwatched: readonly string[];
  readonly remarks: readonly string[];
  /** What the threads met outside the explorer's control, in this session. */
  readonly outside: readonly OutsideUse[];
  readonly executions: number;
  readonly pruned: number;
  readonly schedule: number;
}

const LOAD_MS_MAX = 30_000;
const WATCH_MS = 100;

interface Member {
  readonly worker: Worker;
  /** By which the worker tells what it meets outside the explorer's control. */
  readonly outside: MessagePort;
  exited: { readonly code: number; readonly error: unknown } | undefined;
}

/**
 * The threads of one scenario, kept for many schedules: starts the workers, loads and sets up the scenario in
 * them, starts runs and watches over them. It decides nothing: the threads do that among themselves.
 */
export class Session {
  readonly layout: Layout;
  readonly words: Int32Array;
  private readonly options: SessionOptions;
  private readonly control: SharedArrayBuffer;
  private members: Member[] = [];
  private ranges: readonly RestoreRange[] | undefined;
  private readonly buffers = new Buffers(-1);
  private readonly outside: OutsideUse[] = [];
  shared: unknown;
  threads = 0;
  /** What `setup` was told; undefined if the scenario exports no `operations`. */
  operations: number | undefined;
  facts: ScenarioFacts | undefined;

  private constructor(options: SessionOptions) {
    this.options = options;
    this.layout = layoutFor(options.stepLimit);
    this.control = new SharedArrayBuffer(this.layout.words * 4);
    this.words = new Int32Array(this.control);
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

  async close(): Promise<void> {
    const { members } = this;
    this.members = [];
    await Promise.all(members.map(({ worker }) => worker.terminate()));
  }

  private async start(): Promise<void> {
    this.members.push(this.spawn(0));
    const loaded = await this.request(0, { type: 'load' }, 'load');
    if (loaded.type !== 'loaded') throw scenarioError(this.options.scenario, 'could not be loaded', loaded);
    const { facts } = loaded;
    this.facts = facts;
    checkExports(this.options.scenario, facts.exported);
    for (const name of ['setup', 'thread'] as const) {
      if (facts[name] !== 'function') {
        throw new LabError('Usage', `${this.options.scenario}: a scenario exports a function ${name}()`);
      }
    }
    this.threads = this.options.threads ?? facts.threads ?? 2;
    if (!Number.isInteger(this.threads) || this.threads < 1 || this.threads > THREADS_MAX) {
      throw new LabError('Usage', `threads is ${this.threads}; allowed are 1 to ${THREADS_MAX}`);
    }
    this.operations =
      facts.operations === undefined ? undefined : (this.options.operations ?? facts.operations);
    for (let thread = 1; thread < this.threads; thread++) this.members.push(this.spawn(thread));
    const { threads, operations } = this;
    const setup = await this.request(0, { type: 'setup', threads, operations }, 'setup()');
    if (setup.type !== 'shared') throw scenarioError(this.options.scenario, 'setup() failed', setup);
    this.shared = setup.shared;
    await Promise.all(
      this.members.slice(1).map(async (_, i) => {
        const reply = await this.request(i + 1, { type: 'load' }, 'load');
        if (reply.type !== 'loaded') throw scenarioError(this.options.scenario, 'could not be loaded', reply);
      }),
    );
    await this.attach();
    // For workers that must be replaced in the middle of a schedule.
    this.buffers.register(this.shared);
    this.buffers.save(this.ranges);
  }

  /** Gives every worker the shared value, one after the other, then lets all copy its first state. */
  private async attach(): Promise<void> {
    for (let thread = 0; thread < this.threads; thread++) {
      const reply = await this.request(thread, { type: 'attach', shared: this.shared }, 'attach()');
      if (reply.type !== 'attached') throw scenarioError(this.options.scenario, 'attach() failed', reply);
    }
    const replies = await Promise.all(
      this.members.map((_, thread) => this.request(thread, { type: 'save' }, 'restore()')),
    );
    for (const reply of replies) {
      if (reply.type !== 'saved') throw scenarioError(this.options.scenario, 'restore() failed', reply);
      this.ranges = reply.ranges;
    }
  }

  private spawn(thread: number): Member {
    const { port1, port2 } = new MessageChannel();
    const workerData: AgentData = {
      control: this.control,
      stepLimit: this.options.stepLimit,
      thread,
      scenario: this.options.scenario,
      seed: this.options.seed,
      outside: port2,
    };
    const worker = new Worker(new URL('../../workers/explore.js', import.meta.url), {
      workerData,
      transferList: [port2],
    });
    const member: Member = { worker, outside: port1, exited: undefined };
    worker.on('error', (error) => {
      member.exited = { code: 1, error };
    });
    worker.on('exit', (code) => {
      member.exited ??= { code, error: undefined };
    });
    // A crash of one worker is found out about by whoever waits for it.
    worker.setMaxListeners(0);
    return member;
  }

  /** Sends a request and waits for its reply; a worker that hangs or dies gives an error. */
  private request(thread: number, request: AgentRequest, what: string): Promise<AgentReply> {
    const { worker, exited } = this.members[thread];
    return new Promise((resolve, reject) => {
      const fail = (text: string, cause?: unknown): void => {
        done();
        reject(new LabError('WorkerCrashed', `${this.options.scenario}: ${what} ${text}`, { cause }));
      };
      const timer = setTimeout(() => fail(`did not end within ${LOAD_MS_MAX / 1000} s`), LOAD_MS_MAX);
      const onMessage = (reply: AgentReply): void => {
        done();
        resolve(reply);
      };
      const onExit = (code: number): void => {
        const error = this.members[thread]?.exited?.error;
        fail(
          isError(error) ? `ended its worker: ${error.message}` : `ended its worker with exit code ${code}`,
        );
      };
      const done = (): void => {
        clearTimeout(timer);
        worker.off('message', onMessage);
        worker.off('exit', onExit);
      };
      worker.once('message', onMessage);
      worker.once('exit', onExit);
      if (exited !== undefined) onExit(exited.code);
      else worker.postMessage(request);
    });
  }

  /** Runs schedules until the limit, a failure, or the end of the space. */
  async run(request: RunRequest): Promise<RunOutcome> {
    this.prepare(request);
    for (;;) {
      const outcome = await this.runOnce(request);
      if (outcome !== undefined) return outcome;
      // A worker would not leave its schedule: all are replaced, and the run goes on.
      await this.replaceWorkers();
    }
  }

  private prepare(request: RunRequest): void {
    const { words, layout, options } = this;
    if (request.fresh !== false) words.fill(0, layout.strategy, layout.trace);
    words[H.THREADS] = this.threads;
    words[H.STEP_LIMIT] = options.stepLimit;
    words[H.SPIN_LIMIT] = options.spinLimit;
    words[H.FORCED_LIMIT] = Math.min(1000 * this.threads, options.stepLimit >> 2);
    words[H.SEED] = options.seed;
    words[H.WRITES_DEPEND] = this.facts?.invariant === 'function' ? 1 : 0;
    words[H.EXECUTIONS_LIMIT] = Math.min(request.schedules, 0x7fff_ffff);
    words[H.EXPECT_FAIL] = request.expected ?? FAIL.NONE;
    const cores = Math.max(1, Math.floor(availableParallelism() / options.sessions));
    words[H.SPINNERS_MAX] = this.threads <= cores ? THREADS_MAX : cores - 1;
    for (const word of [
      H.EXECUTIONS,
      H.PRUNED,
      H.SCHEDULE,
      H.UNCLOSED,
      H.STEPS_MAX,
      H.BOUNDED_LOOPS,
      H.HELD_BACK,
    ]) {
      words[word] = 0;
    }
    for (const word of [
      H.STEPS_SUM,
      H.STEPS_SUM_HIGH,
      H.SWITCHES,
      H.SWITCHES_HIGH,
      H.TRUNCATED,
      H.SPACE_DONE,
      H.STOP_REQUEST,
    ]) {
      words[word] = 0;
    }
    const guide = request.guide ?? [];
    words[H.GUIDE_LENGTH] = Math.min(guide.length, options.stepLimit);
    words.set(guide.slice(0, options.stepLimit), layout.guide);
  }

  private async runOnce(request: RunRequest): Promise<RunOutcome | undefined> {
    const { words, layout, members } = this;
    words[H.STATUS] = 0;
    words[H.STOP_REASON] = STOP.NONE;
    words[H.FAIL] = FAIL.NONE;
    words[H.SPINNERS] = 0;
    for (let thread = 0; thread < this.threads; thread++) words[layout.threads + thread * T.WORDS + T.GO] = 0;
    this.buffers.restore();

    const replies: (Extract<AgentReply, { type: 'stopped' }> | undefined)[] = members.map(() => undefined);
    let trouble: 'hung' | 'died' | 'swallowed' | undefined;
    let troubleThread = -1;
    const onAbort = (): void => {
      Atomics.store(words, H.STOP_REQUEST, 1);
    };
    request.signal?.addEventListener('abort', onAbort);
    if (request.signal?.aborted) onAbort();
    await new Promise<void>((resolve) => {
      let left = members.length;
      const cleanup: (() => void)[] = [];
      const finish = (): void => {
        clearInterval(watch);
        for (const remove of cleanup) remove();
        resolve();
      };
      members.forEach(({ worker }, thread) => {
        const onMessage = (reply: AgentReply): void => {
          if (reply.type !== 'stopped') return;
          replies[thread] = reply;
          if (--left === 0) finish();
        };
        const onExit = (): void => {
          trouble = 'died';
          troubleThread = thread;
          finish();
        };
        worker.on('message', onMessage);
        worker.on('exit', onExit);
        cleanup.push(
          () => worker.off('message', onMessage),
          () => worker.off('exit', onExit),
        );
        if (members[thread].exited !== undefined) onExit();
      });
      let last = '';
      let since = performance.now();
      const watch = setInterval(() => {
        if (words[H.STOP_REASON] === STOP.REPLACE) {
          trouble = 'swallowed';
          finish();
          return;
        }
        const beat = `${Atomics.load(words, H.SCHEDULE)} ${Atomics.load(words, H.STEP)} ${Atomics.load(words, H.BEAT)}`;
        const now = performance.now();
        if (beat !== last) {
          last = beat;
          since = now;
        } else if (now - since > this.options.hangMs) {
          trouble = words[H.ABANDON] !== 0 && words[H.FAIL] === FAIL.NONE ? 'swallowed' : 'hung';
          troubleThread = this.running();
          finish();
        }
      }, WATCH_MS);
      members.forEach(({ worker }, thread) => {
        worker.postMessage({
          type: 'run',
          strategy: request.strategy,
          depth: request.depth ?? 3,
          preemptions: request.preemptions ?? -1,
          lead: thread === 0,
          describe: request.describe ?? false,
          print: request.print ?? false,
        } satisfies AgentRequest);
      });
    });
    request.signal?.removeEventListener('abort', onAbort);
    if (trouble === 'swallowed' && words[H.FAIL] === FAIL.NONE) return undefined;
    return this.outcome(replies, trouble, troubleThread);
  }

  /** Whose turn it is, as far as can be told from outside: who was given it and has not announced anything since. */
  private running(): number {
    const { words, layout } = this;
    const step = words[H.STEP];
    return step === 0 ? 0 : words[layout.trace + (step - 1) * R.WORDS] & 0xff;
  }

  private outcome(
    replies: readonly (Extract<AgentReply, { type: 'stopped' }> | undefined)[],
    trouble: 'hung' | 'died' | 'swallowed' | undefined,
    troubleThread: number,
  ): RunOutcome {
    const { words } = this;
    const sites = new Map<number, string>();
    for (const reply of replies) for (const [step, stack] of reply?.sites ?? []) sites.set(step, stack);
    const failed = words[H.FAIL] !== FAIL.NONE;
    let local = replies.find((reply) => reply?.failure !== undefined)?.failure;
    if (trouble === 'died' && local === undefined) {
      const exited = this.members[troubleThread]?.exited;
      const error = exited?.error;
      local = {
        name: isError(error) ? error.name : 'exit',
        message: isError(error) ? error.message : `its worker ended with exit code ${exited?.code}`,
        stack: isError(error) ? String(error.stack) : '',
      };
    }
    const outside = this.readOutside();
    const unclear = trouble === 'hung' || trouble === 'died';
    const reasons = ['requested', 'limit', 'exhausted', 'failed', 'requested', 'requested'] as const;
    return {
      reason: failed ? 'failed' : unclear ? (trouble as 'hung' | 'died') : reasons[words[H.STOP_REASON]],
      failure: words[H.FAIL],
      failureThread: failed ? words[H.FAIL_THREAD] : troubleThread,
      failureStep: failed ? words[H.FAIL_STEP] : words[H.STEP],
      local,
      ended: words[H.ALIVE] === 0,
      sites,
      unwatched: [
        ...new Set(replies.flatMap((reply) => reply?.unwatched ?? [])),
        ...unwatchedLines(outside, new Sources()),
      ],
      remarks: [...new Set(replies.flatMap((reply) => reply?.remarks ?? []))],
      outside,
      executions: words[H.EXECUTIONS],
      pruned: words[H.PRUNED],
      schedule: words[H.SCHEDULE],
    };
  }

  /** Taken from the ports, not awaited: whatever a worker posted before it blocked is there. */
  private readOutside(): readonly OutsideUse[] {
    for (const { outside } of this.members) {
      for (;;) {
        const message = receiveMessageOnPort(outside) as { message: OutsideUse } | undefined;
        if (message === undefined) break;
        this.outside.push(message.message);
      }
    }
    return this.outside;
  }

  private async replaceWorkers(): Promise<void> {
    const old = this.members;
    this.members = [];
    await Promise.all(old.map(({ worker }) => worker.terminate()));
    this.buffers.restore();
    for (let thread = 0; thread < this.threads; thread++) this.members.push(this.spawn(thread));
    await Promise.all(
      this.members.map(async (_, thread) => {
        const reply = await this.request(thread, { type: 'load' }, 'load');
        if (reply.type !== 'loaded') throw scenarioError(this.options.scenario, 'could not be loaded', reply);
      }),
    );
    await this.attach();
  }
}
