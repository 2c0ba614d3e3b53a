import { fileURLToPath } from 'node:url';
import type { MessagePort } from 'node:worker_threads';
import { describeError } from '../../control/notes/local_failure.ts';
import { stackText } from '../../control/notes/site.ts';
import { isUnwinding, KILLED } from '../../control/thread/abandon.ts';
import { ForeignWait } from '../../control/thread/foreign_wait.ts';
import { type InterceptHost, replace } from '../../control/thread/interceptor.ts';
import { realSetImmediate } from '../../control/thread/originals.ts';
import { noteText } from '../../control/thread/preview.ts';
import { ABANDON, FAIL, FLAG, H, T } from '../../control/words/layout.ts';
import { KIND } from '../../control/words/operation.ts';
import { ownPlace } from '../../control/words/place.ts';
import type { Envelope } from '../../intercept/workers/envelope.ts';
import { setEnvironment, shareEnvironment } from '../../intercept/workers/environment.ts';
import type { Entry, Preload, Start } from '../../intercept/workers/start.ts';
import { standardInput } from '../../intercept/workers/stdin.ts';
import { TERMINATED } from '../../intercept/workers/worker.ts';
import { sendError } from '../../intercept/workers/worker_error.ts';
import { messagesOf } from '../../intercept/workers/workers.ts';
import { guardProcess } from './host_process.ts';
import { type Ending, endingText, whatIsLeft } from './how_it_ended.ts';
import type { ProgramModules } from './modules.ts';
import { Outputs } from './output.ts';
import { Uncaught } from './uncaught.ts';

/** The exit code of a thread whose top-level await was never settled. */
const UNSETTLED = 13;

/** What a Worker is started with, as its parent posted it. */
interface Birth {
  readonly start: Start;
  readonly envelope: Envelope;
  readonly port: MessagePort;
  readonly environment: Map<unknown, unknown>;
}

/** A program's main file. */
export interface Main {
  readonly url: string;
  readonly path: string;
  readonly args: readonly string[];
}

/** How a thread of a program ends. */
export interface ProgramEnd {
  readonly ending: Ending;
  readonly stdout: string;
  readonly stderr: string;
}

/** One thread of a program: its main thread, or a Worker. Runs it once in each schedule, by the rules of Node.js. */
export class ProgramThread {
  private readonly host: InterceptHost;
  private readonly modules: ProgramModules;
  private readonly main: Main | undefined;
  private readonly outputs: Outputs;
  readonly load: () => Promise<undefined>;
  /** Judges the end of the main thread. */
  private readonly judge: (end: ProgramEnd) => void;
  private birth: Birth | undefined;
  private exit: Ending | undefined;
  private exiting = false;
  private mainPromise: 'running' | 'settled' = 'settled';
  private readonly uncaughts: Uncaught;

  constructor(options: {
    readonly host: InterceptHost;
    readonly modules: ProgramModules;
    /** Undefined in threads that stand ready for Workers. */
    readonly main: Main | undefined;
    readonly judge: (end: ProgramEnd) => void;
    /** What is to be there before the first schedule. */
    readonly load: () => Promise<undefined>;
  }) {
    this.host = options.host;
    this.modules = options.modules;
    this.main = options.main;
    this.judge = options.judge;
    this.load = options.load;
    this.uncaughts = new Uncaught({
      isOver: () => this.isOver,
      ends: (error, code, heard) => this.fatal(error, code, heard),
    });
    this.outputs = new Outputs(
      () => !this.host.quiet,
      () => this.isOver || !this.host.engine.controlled,
    );
  }

  /** Once in a worker, before any module of the program is loaded. */
  install(): void {
    for (const name of ['exit', 'reallyExit']) {
      const original = process[name as 'exit'];
      replace(process, name, (code?: number) => {
        // What Node.js itself does at the end of the worker is not the program's.
        return this.host.engine.controlled ? this.exitNow(code) : original.call(process, code);
      });
    }
    this.uncaughts.install();
    guardProcess(this.host, this.main !== undefined);
    replace(process, 'execArgv', []);
  }

  /** An error came out of an event, a microtask or a tick. */
  threw(error: unknown): void {
    this.uncaughts.threw(error, 'uncaughtException');
  }

  /** Lives once, from its start to its end. The schedule has given it its turn. */
  async live(): Promise<void> {
    const { engine, loop } = this.host;
    const { words, block } = engine;
    this.exit = undefined;
    this.exiting = false;
    this.birth = undefined;
    this.mainPromise = 'settled';
    this.modules.begin();
    process.exitCode = undefined;
    this.uncaughts.begin();
    const killed = words[block + T.KILL] !== 0;
    words[block + T.KILL] = 0;
    engine.started();
    engine.controlled = true;
    try {
      const entry = this.become();
      if (killed) engine.lives.exit();
      let begun = killed;
      const begin = (): boolean => {
        if (begun) return false;
        begun = true;
        this.evaluate(entry.entry, entry.preloads);
        return true;
      };
      for (;;) {
        await this.untilIdle(begin);
        if (this.isOver || !this.hearsBeforeExit()) break;
        // What the listeners began is let go on.
        if (!loop.hasWork) break;
      }
    } catch (error) {
      if (!isUnwinding(error)) throw error;
    }
    if (words[H.ABANDON] === ABANDON.NONE) this.end(killed);
    await this.drain();
  }

  /** What is left in the queues of ticks and microtasks comes to nothing: each of its operations ends it. */
  private drain(): Promise<void> {
    const { engine } = this.host;
    engine.lives.exit();
    engine.controlled = true;
    return new Promise((resolve) => {
      realSetImmediate(() => {
        engine.controlled = false;
        resolve();
      });
    });
  }

  /** Who it is: as the main thread, or as its parent wants it. */
  private become(): { readonly entry: Entry; readonly preloads: readonly Preload[] } {
    const { engine, carriers } = this.host;
    const { ports, identity } = messagesOf(this.host);
    const parent = engine.words[engine.block + T.PARENT];
    if (parent < 0) return this.becomeMain();
    const birth = carriers.receive<Birth>(parent) as Birth;
    const { start, envelope, port, environment } = birth;
    this.birth = birth;
    ports.open(envelope);
    ports.adopt(port, start.port);
    identity.become(
      {
        isMainThread: false,
        threadId: start.threadId,
        threadName: start.name,
        parentPort: port,
        workerData: envelope.value,
        resourceLimits: start.resourceLimits,
      },
      environment,
    );
    const { entry } = start;
    const file = entry.kind === 'file' ? fileURLToPath(entry.url) : '[worker eval]';
    process.argv = [process.execPath, file, ...start.argv];
    process.execArgv = [...start.execArgv];
    setEnvironment(start.env);
    if (start.sharesEnv) shareEnvironment(this.host.outside);
    replace(process, 'stdin', standardInput(ports, start.stdin));
    this.beginOutput(start);
    ports.postNow(port, start.port, ports.envelope(undefined, [], 'online'));
    return { entry, preloads: start.preloads };
  }

  private becomeMain(): { readonly entry: Entry; readonly preloads: readonly Preload[] } {
    const { ports, identity } = messagesOf(this.host);
    const { url, path, args } = this.main as Main;
    const who = { isMainThread: true, threadId: 0, threadName: '', parentPort: null, workerData: null };
    identity.become({ ...who, resourceLimits: {} }, new Map());
    process.argv = [process.execPath, path, ...args];
    replace(process, 'stdin', standardInput(ports, undefined));
    this.outputs.out.begin();
    this.outputs.err.begin();
    this.outputs.install();
    return { entry: { kind: 'file', url }, preloads: [] };
  }

  private beginOutput({ stdout, stderr, port }: Start): void {
    const { ports } = messagesOf(this.host);
    const sink = (kind: 'stdout' | 'stderr') => (chunk: unknown) => {
      if (!this.isOver) ports.send(this.birth?.port as MessagePort, port, chunk, [], kind);
    };
    this.outputs.out.begin(stdout ? sink('stdout') : undefined);
    this.outputs.err.begin(stderr ? sink('stderr') : undefined);
    this.outputs.install();
  }

  private evaluate(entry: Entry, preloads: readonly Preload[]): void {
    const { plain, engine } = this.host;
    if (plain.wanted && entry.kind !== 'file') {
      engine.notes.unwatched(
        'plain accesses of Workers that are started with their text, and not with a file',
      );
    }
    const promise = this.modules.run(entry, preloads);
    if (promise === undefined) return;
    this.mainPromise = 'running';
    promise.then(
      () => {
        this.mainPromise = 'settled';
      },
      (error: unknown) => {
        this.mainPromise = 'settled';
        this.uncaughts.threw(error, 'unhandledRejection');
      },
    );
  }

  /** Runs the event loop until the thread is over, or has nothing left to do. */
  private async untilIdle(begin: () => boolean): Promise<void> {
    try {
      await this.host.loop.run(
        begin,
        () => this.isOver,
        (error) => this.threw(error),
      );
    } catch (error) {
      if (!(error instanceof ForeignWait)) throw error;
      this.failWith(FAIL.UNCONTROLLED, error);
    }
  }

  private get isOver(): boolean {
    const { words, block } = this.host.engine;
    return words[H.ABANDON] !== ABANDON.NONE || words[block + T.KILL] !== 0;
  }

  // --- how it ends ------------------------------------------------------------------------------------------

  private exitNow(code?: number | string): never {
    if (code !== undefined) process.exitCode = code;
    if (!this.exiting) {
      this.exiting = true;
      this.tellExit();
    }
    this.exit ??= { code: Number(process.exitCode ?? 0), byError: false, exitedAt: stackText() };
    this.host.engine.lives.exit();
    throw KILLED;
  }

  /** An error ends the thread. @param heard whether the listeners of 'exit' hear of it */
  private fatal(error: unknown, code: number, heard: boolean): void {
    if (this.exit !== undefined) return;
    process.exitCode = code;
    this.exiting = true;
    try {
      if (heard) this.tellExit();
    } catch (second) {
      if (isUnwinding(second)) return;
    }
    this.exit ??= { code: Number(process.exitCode ?? code), error, byError: true };
    this.host.engine.lives.exit();
  }

  /** True if there was anybody to hear that nothing is left to do. */
  private hearsBeforeExit(): boolean {
    const listeners = process.listeners('beforeExit');
    if (listeners.length === 0) return false;
    this.host.engine.controlled = true;
    try {
      process.emit('beforeExit', Number(process.exitCode ?? 0));
    } catch (error) {
      if (isUnwinding(error)) throw error;
      this.threw(error);
    }
    return true;
  }

  private tellExit(): void {
    process.emit('exit', Number(process.exitCode ?? 0));
  }

  /** The thread's last step, and what follows from it for the others. */
  private end(neverBegan: boolean): void {
    const { engine } = this.host;
    const { words } = engine;
    engine.controlled = true;
    let ending: Ending;
    try {
      ending = this.endingOf(neverBegan);
      this.arriveAtEnd(ending.code);
    } catch (error) {
      if (isUnwinding(error)) return;
      throw error;
    }
    noteText(engine, () => endingText(ending) ?? '');
    if (this.birth !== undefined) this.tellParent(ending);
    engine.lives.terminateChildren();
    messagesOf(this.host).ports.discardAll();
    this.host.loop.pending.abandon();
    engine.leave(FLAG.CHANGED, ending.code, 0);
    engine.controlled = false;
    if (this.birth !== undefined) return;
    this.judge({ ending, stdout: this.outputs.out.text, stderr: this.outputs.err.text });
    // With the main thread all others end.
    if (words[H.ABANDON] === ABANDON.NONE) words[H.ABANDON] = ABANDON.ENDED;
  }

  /** How it ends: by what it did, by others, or because nothing keeps it alive. */
  private endingOf(neverBegan: boolean): Ending {
    const { words, block } = this.host.engine;
    const isKilled = words[block + T.KILL] !== 0;
    if (this.exit !== undefined) return this.exit;
    const terminated: Ending = { code: TERMINATED, byError: false, terminated: true };
    if (neverBegan || isKilled) return terminated;
    try {
      return this.endByItself();
    } catch (error) {
      // A listener of 'exit' called process.exit(), or the thread was terminated in it.
      if (error === KILLED) return this.exit ?? terminated;
      throw error;
    }
  }

  /** The step itself. Others may end the thread while it waits for its turn: it ends anyhow. */
  private arriveAtEnd(code: number): void {
    const { engine } = this.host;
    for (;;) {
      engine.words[engine.block + T.KILL] = 0;
      try {
        engine.arrive(KIND.END, ownPlace(engine.me), 0, 0, code, 0, 0);
        return;
      } catch (error) {
        if (error !== KILLED) throw error;
      }
    }
  }

  private endByItself(): Ending {
    const unsettled = this.mainPromise === 'running' ? whatIsLeft(this.host) : undefined;
    if (unsettled !== undefined) process.exitCode ??= UNSETTLED;
    if (!this.exiting) {
      this.exiting = true;
      try {
        this.tellExit();
      } catch (error) {
        if (isUnwinding(error)) throw error;
        return { code: 1, error, byError: true };
      }
    }
    return { code: Number(process.exitCode ?? 0), byError: false, unsettled };
  }

  private tellParent({ code, error, byError }: Ending): void {
    const { ports } = messagesOf(this.host);
    const { start, port } = this.birth as Birth;
    if (byError) {
      const sent = sendError(error, canClone);
      ports.postNow(port, start.port, ports.envelope(sent, [], 'error'));
    }
    ports.postNow(port, start.port, ports.envelope(code, [], 'exit'));
    // What it still had to read is gone; its end must not close that of its parent before the exit has come.
    this.host.loop.ports.closed(start.port);
  }

  private failWith(kind: number, error: unknown): void {
    this.host.engine.controlled = false;
    this.host.engine.failure ??= describeError(error);
    this.host.engine.failWith(kind, error);
  }
}

function canClone(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}
