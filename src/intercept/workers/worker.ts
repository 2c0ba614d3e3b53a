import { EventEmitter } from 'node:events';
import { Readable, type Writable } from 'node:stream';
import { resourceLimits as limits, SHARE_ENV } from 'node:worker_threads';
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

/** The class `Worker` of a thread under control: a thread of the schedule instead of one of the host's. */
export function workerClass(ports: Ports, identity: Identity): object {
  const { host } = ports;
  const { engine, loop } = host;

  return class Worker extends EventEmitter {
    threadId: number;
    readonly threadName: string;
    #limits: object;
    readonly stdin: Writable | null;
    readonly stdout: Readable;
    readonly stderr: Readable;
    readonly performance = { eventLoopUtilization: () => ({ idle: 0, active: 0, utilization: 0 }) };
    readonly #end: number;
    readonly #port: LocalEnd['port'];
    #exitCode: number | undefined;

    constructor(filename: unknown, given?: WorkerOptions) {
      super();
      const options: WorkerOptions = given ?? {};
      checkOptions(options);
      const entry = entryOf(filename, options);
      const thread = engine.words[H.NEXT_THREAD];
      const execArgv =
        options.execArgv === undefined ? undefined : (options.execArgv as unknown[]).map(String);
      for (const flag of checkExecArgv(execArgv ?? [])) host.outside.met(ignored(flag));
      const { ids, ports: channel } = ports.channel();
      const transfer = transferOf(options.transferList);
      const sharesEnv = options.env === SHARE_ENV;
      const input = options.stdin === true ? inputOf(ports) : undefined;
      const start: Start = {
        entry,
        port: ids[1],
        threadId: thread,
        name: options.name === undefined ? '' : String(options.name).trim(),
        env: copyOfEnvironment(options.env),
        sharesEnv,
        argv: ((options.argv as unknown[]) ?? []).map(String),
        execArgv: execArgv ?? process.execArgv,
        preloads: preloadsOf(execArgv ?? process.execArgv),
        stdin: input?.end,
        stdout: options.stdout === true,
        stderr: options.stderr === true,
        resourceLimits: { ...DEFAULT_LIMITS, ...limitsOf(options.resourceLimits) },
      };
      this.threadId = thread;
      this.threadName = start.name;
      this.#limits = start.resourceLimits;
      this.#end = ids[0];
      this.#port = channel[0];
      this.stdout = outputOf();
      this.stderr = outputOf();
      this.stdin = input?.stream ?? null;
      this.#start(thread, start, channel[1], options.workerData, transfer);
      if (sharesEnv) shareEnvironment(host.outside);
      ports.add({
        id: ids[0],
        port: channel[0],
        message: (envelope) => this.#hear(envelope),
        unreadable: (error) => void this.emit('messageerror', error),
        ended: () => undefined,
      });
      loop.ports.lastsForWorker(ids[0]);
      loop.ports.start(ids[0]);
      loop.ports.setRef(ids[0], true);
    }

    get resourceLimits(): object {
      return this.#limits;
    }

    #start(thread: number, start: Start, port: unknown, data: unknown, transfer: readonly unknown[]): void {
      const { words, layout, me } = engine;
      engine.arrive(KIND.SPAWN, ownPlace(me), 0, 0, thread, 0, 0);
      if (thread >= words[H.THREADS]) engine.needThreads(thread + 1);
      const own = start.stdin === undefined ? [port] : [port, start.stdin.port];
      try {
        const envelope = ports.envelope(data, transfer);
        const content = { start, envelope, port, environment: identity.environmentData };
        host.carriers.send(thread, content, [...own, ...transfer]);
        ports.sent(envelope);
      } catch (error) {
        // It was not started: nobody is at the other ends.
        for (const id of [start.port, start.stdin?.id]) if (id !== undefined) loop.ports.never(id);
        engine.leave(0, 0, 0);
        throw error;
      }
      loop.ports.moveTo(start.port, thread);
      if (start.stdin !== undefined) loop.ports.moveTo(start.stdin.id, thread);
      words[H.NEXT_THREAD] = thread + 1;
      words[H.ALIVE] |= 1 << thread;
      words[H.ENABLED] |= 1 << thread;
      const block = layout.threads + thread * T.WORDS;
      words[block + T.PARENT] = me;
      words[block + T.BY] = words[H.STEP];
      engine.leave(FLAG.CHANGED, thread, 0);
    }

    #hear(envelope: Envelope): void {
      const { kind, value } = envelope;
      switch (kind) {
        case 'message':
          ports.open(envelope);
          this.emit('message', value);
          break;
        case 'online':
          this.emit('online');
          break;
        case 'error':
          this.emit('error', receiveError(value as ErrorSent));
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
      loop.ports.closed(this.#end);
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
      if (!isPostable(args)) return ports.refuse(this.#port, args);
      ports.send(this.#port, this.#end, args[0], transferOf(args[1]));
    }

    terminate(): Promise<number | undefined> {
      if (this.#isOver) return Promise.resolve(undefined);
      const thread = this.threadId;
      this.ref();
      engine.arrive(KIND.TERMINATE, ownPlace(engine.me), 0, 0, thread, 0, 0);
      engine.killThread(thread);
      engine.leave(FLAG.CHANGED, 0, 0);
      return new Promise((resolve) => this.once('exit', resolve));
    }

    ref(): void {
      if (!this.#isOver) loop.ports.setRef(this.#end, true);
    }

    unref(): void {
      if (!this.#isOver) loop.ports.setRef(this.#end, false);
    }

    getHeapSnapshot(): Promise<never> {
      const error = new Error('framelab: a Worker under control has no heap of its own');
      return Promise.reject(Object.assign(error, { code: 'ERR_WORKER_NOT_RUNNING' }));
    }

    async [(Symbol as unknown as { asyncDispose?: symbol }).asyncDispose ??
      Symbol('Symbol.asyncDispose')](): Promise<void> {
      await this.terminate();
    }
  };
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
