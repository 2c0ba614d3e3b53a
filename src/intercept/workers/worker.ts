import { EventEmitter } from 'node:events';
import { Readable, type Writable } from 'node:stream';
import { resourceLimits as limits, SHARE_ENV } from 'node:worker_threads';
import type { PortTable } from '../../control/thread/port_table.ts';
import { noteText } from '../../control/thread/preview.ts';
import { FLAG, H, T } from '../../control/words/layout.ts';
import { KIND } from '../../control/words/operation.ts';
import { ownPlace } from '../../control/words/place.ts';
import { type Envelope, transferOf } from './envelope.ts';
import { copyOfEnvironment, shareEnvironment } from './environment.ts';
import type { Identity } from './identity.ts';
import { isPostable, type LocalEnd, type Ports } from './ports.ts';
import { preloadsOf, type Start } from './start.ts';
import { inputOf } from './stdin.ts';
import { checkExecArgv, checkOptions, entryOf, type WorkerOptions } from './worker_arguments.ts';
import { type ErrorSent, receiveError } from './worker_error.ts';

/** The exit code of a Worker that was terminated. */
export const TERMINATED = 1;

/** What the Workers of a thread are made with. */
interface World {
  readonly ports: Ports;
  readonly identity: Identity;
}

/** The class `Worker` of a thread under control: a thread of the schedule instead of one of the host's. */
export function workerClass(ports: Ports, identity: Identity): object {
  const world: World = { ports, identity };
  return class Worker extends ControlledWorker {
    constructor(filename: unknown, options?: WorkerOptions) {
      super(world, filename, options);
    }
  };
}

class ControlledWorker extends EventEmitter {
  threadId: number;
  readonly threadName: string;
  #limits: object;
  readonly stdin: Writable | null;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly performance = { eventLoopUtilization: () => ({ idle: 0, active: 0, utilization: 0 }) };
  readonly #ports: Ports;
  readonly #identity: Identity;
  readonly #end: number;
  readonly #port: LocalEnd['port'];
  #exitCode: number | undefined;

  constructor({ ports, identity }: World, filename: unknown, given?: WorkerOptions) {
    super();
    const { host } = ports;
    const options: WorkerOptions = given ?? {};
    checkOptions(options);
    const entry = entryOf(filename, options);
    const flags = checkExecArgv(textsOf(options.execArgv) ?? [], (check) => host.engine.uncontrolled(check));
    for (const flag of flags) if (flag.trim() !== '') host.outside.met(ignored(flag));
    const { ids, ports: channel } = ports.channel();
    const input = options.stdin === true ? inputOf(ports) : undefined;
    const start = startOf(options, { entry, port: ids[1], stdin: input?.end });
    this.#ports = ports;
    this.#identity = identity;
    this.threadId = -1;
    this.threadName = start.name;
    this.#limits = start.resourceLimits;
    this.#end = ids[0];
    this.#port = channel[0];
    this.stdout = outputOf();
    this.stderr = outputOf();
    this.stdin = input?.stream ?? null;
    this.threadId = this.#start(start, channel[1], options.workerData, transferOf(options.transferList));
    if (start.sharesEnv) shareEnvironment(host.outside);
    ports.add({
      id: ids[0],
      port: channel[0],
      message: (envelope) => this.#hear(envelope),
      unreadable: (error) => void this.emit('messageerror', error),
      ended: () => undefined,
    });
    this.#table.lastsForWorker(ids[0]);
    this.#table.start(ids[0]);
    this.#table.setRef(ids[0], true);
  }

  get #table(): PortTable {
    return this.#ports.host.loop.ports;
  }

  get resourceLimits(): object {
    return this.#limits;
  }

  /** A step: a thread that stands ready becomes the Worker; returns its number. @throws what cannot be cloned or moved */
  #start(
    options: Omit<Start, 'threadId'>,
    port: unknown,
    data: unknown,
    transfer: readonly unknown[],
  ): number {
    const { host } = this.#ports;
    const { engine } = host;
    const { words, layout, sets, me } = engine;
    engine.arrive(KIND.SPAWN, ownPlace(me), 0, 0, 0, 0, 0);
    // Others may have started some meanwhile.
    const thread = words[H.NEXT_THREAD];
    words[engine.block + T.A] = thread;
    const start: Start = { ...options, threadId: thread };
    noteText(engine, () => nameOf(start.entry));
    engine.lives.start(thread);
    const ids = start.stdin === undefined ? [start.port] : [start.port, start.stdin.id];
    const own = start.stdin === undefined ? [port] : [port, start.stdin.port];
    try {
      const envelope = this.#ports.envelope(data, transfer);
      const content = { start, envelope, port, environment: this.#identity.environmentData };
      host.carriers.send(thread, content, [...own, ...transfer]);
      this.#ports.sent(envelope);
    } catch (error) {
      // It was not started: nobody is at the other ends.
      for (const id of ids) this.#table.never(id);
      engine.leave(0, 0, 0);
      throw error;
    }
    for (const id of ids) this.#table.moveTo(id, thread);
    words[H.NEXT_THREAD] = thread + 1;
    sets.alive.add(thread);
    sets.enabled.add(thread);
    const block = layout.threads + thread * T.WORDS;
    words[block + T.PARENT] = me;
    words[block + T.BY] = words[H.STEP];
    engine.leave(FLAG.CHANGED, thread, 0);
    return thread;
  }

  #hear(envelope: Envelope): void {
    const { kind, value } = envelope;
    switch (kind) {
      case 'message':
        this.#ports.open(envelope);
        this.emit('message', value);
        break;
      case 'online':
        this.emit('online');
        break;
      case 'error':
        this.emit(
          'error',
          receiveError(value as ErrorSent, this.threadId, this.listenerCount('error') === 0),
        );
        break;
      case 'stdout':
        this.stdout.push(value);
        break;
      case 'stderr':
        this.stderr.push(value);
        break;
      case 'exit':
        this.#exited(value as number);
        break;
      default:
    }
  }

  #exited(code: number): void {
    this.#exitCode = code;
    this.#table.closed(this.#end);
    this.threadId = -1;
    this.#limits = {};
    if (!this.stdout.readableEnded) this.stdout.push(null);
    if (!this.stderr.readableEnded) this.stderr.push(null);
    this.emit('exit', code);
  }

  get #isOver(): boolean {
    return this.#exitCode !== undefined;
  }

  postMessage(...args: unknown[]): void {
    if (this.#isOver || this.#port === undefined) return;
    // What is missing or no list is refused by the host's own.
    if (!isPostable(args)) {
      this.#ports.refuse(this.#port, args);
      return;
    }
    this.#ports.send(this.#port, this.#end, args[0], transferOf(args[1]));
  }

  terminate(): Promise<number | undefined> {
    if (this.#isOver) return Promise.resolve(undefined);
    const thread = this.threadId;
    this.ref();
    const { engine } = this.#ports.host;
    engine.arrive(KIND.TERMINATE, ownPlace(engine.me), 0, 0, thread, 0, 0);
    engine.lives.terminate(thread);
    engine.leave(FLAG.CHANGED, 0, 0);
    return new Promise((resolve) => this.once('exit', resolve));
  }

  ref(): void {
    if (!this.#isOver) this.#table.setRef(this.#end, true);
  }

  unref(): void {
    if (!this.#isOver) this.#table.setRef(this.#end, false);
  }

  getHeapSnapshot(): Promise<never> {
    const error = new Error('framelab: a Worker under control has no heap of its own');
    return Promise.reject(Object.assign(error, { code: 'ERR_WORKER_NOT_RUNNING' }));
  }

  async [(Symbol as unknown as { asyncDispose?: symbol }).asyncDispose ??
    Symbol('Symbol.asyncDispose')](): Promise<void> {
    await this.terminate();
  }
}

/** What it is started with. */
function startOf(
  options: WorkerOptions,
  { entry, port, stdin }: Pick<Start, 'entry' | 'port' | 'stdin'>,
): Omit<Start, 'threadId'> {
  const execArgv = textsOf(options.execArgv) ?? process.execArgv;
  return {
    entry,
    port,
    stdin,
    name: options.name === undefined ? '' : String(options.name).trim(),
    env: copyOfEnvironment(options.env),
    sharesEnv: options.env === SHARE_ENV,
    argv: textsOf(options.argv) ?? [],
    execArgv,
    preloads: preloadsOf(execArgv),
    stdout: options.stdout === true,
    stderr: options.stderr === true,
    resourceLimits: { ...DEFAULT_LIMITS, ...limitsOf(options.resourceLimits) },
  };
}

function textsOf(given: unknown): string[] | undefined {
  return Array.isArray(given) ? given.map(String) : undefined;
}

function outputOf(): Readable {
  return new Readable({ read() {} });
}

const DEFAULT_LIMITS = { ...limits };

/** Those that are given, in the order and with the names that Node.js has. */
function limitsOf(given: unknown): Record<string, number> {
  if (typeof given !== 'object' || given === null) return {};
  const known = Object.entries(given).filter(
    ([name, value]) => name in DEFAULT_LIMITS && typeof value === 'number',
  );
  return Object.fromEntries(known) as Record<string, number>;
}

function ignored(flag: string): { readonly what: string; readonly why: string } {
  return { what: `started a Worker with the argument ${flag}`, why: 'it has no effect here' };
}

/** Where a Worker's program begins, in short. */
function nameOf(entry: Start['entry']): string {
  return entry.kind === 'file' ? decodeURIComponent(entry.url.replace(/^.*\//, '')) : entry.kind;
}
