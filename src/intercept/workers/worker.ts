import { EventEmitter } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { SHARE_ENV } from 'node:worker_threads';
import { FLAG, H, T } from '../../control/words/layout.ts';
import { KIND } from '../../control/words/operation.ts';
import { ownPlace } from '../../control/words/place.ts';
import { type Envelope, transferOf } from './envelope.ts';
import type { Identity } from './identity.ts';
import type { LocalEnd, Ports } from './ports.ts';
import { preloadsOf, type Start } from './start.ts';
import { checkOptions, entryOf, type WorkerOptions } from './worker_arguments.ts';
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
    readonly resourceLimits: object;
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
      const { ids, ports: channel } = ports.channel();
      const transfer = transferOf(options.transferList);
      const start: Omit<Start, 'threadId'> = {
        entry,
        port: ids[1],
        name: options.name === undefined ? '' : String(options.name).trim(),
        env: environmentOf(options.env),
        argv: ((options.argv as unknown[]) ?? []).map(String),
        execArgv: ((options.execArgv as unknown[]) ?? process.execArgv).map(String),
        preloads: preloadsOf(((options.execArgv as unknown[]) ?? []).map(String)),
        stdout: options.stdout === true,
        stderr: options.stderr === true,
        resourceLimits: { ...(options.resourceLimits as object) },
      };
      this.threadId = -1;
      this.threadName = start.name;
      this.resourceLimits = start.resourceLimits;
      this.#end = ids[0];
      this.#port = channel[0];
      this.stdout = outputOf();
      this.stderr = outputOf();
      this.stdin = options.stdin === true ? this.#input() : null;
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
      this.threadId = this.#start(start, channel[1], options.workerData, transfer);
    }

    /** A step: the Worker is there from now on. Returns its number. */
    #start(
      options: Omit<Start, 'threadId'>,
      port: unknown,
      data: unknown,
      transfer: readonly unknown[],
    ): number {
      const { words, layout, me } = engine;
      engine.arrive(KIND.SPAWN, ownPlace(me), 0, 0, 0, 0, 0);
      // Others may have started some meanwhile.
      const thread = words[H.NEXT_THREAD];
      words[engine.block + T.A] = thread;
      const envelope = ports.envelope(data, transfer);
      const start: Start = { ...options, threadId: thread };
      const content = { start, envelope, port, environment: identity.environmentData };
      if (thread >= words[H.THREADS]) engine.needThreads(thread + 1);
      host.carriers.send(thread, content, [port, ...transfer]);
      ports.sent(envelope);
      loop.ports.moveTo(start.port, thread);
      words[H.NEXT_THREAD] = thread + 1;
      words[H.ALIVE] |= 1 << thread;
      words[H.ENABLED] |= 1 << thread;
      const block = layout.threads + thread * T.WORDS;
      words[block + T.PARENT] = me;
      words[block + T.BY] = words[H.STEP];
      engine.leave(FLAG.CHANGED, thread, 0);
      return thread;
    }

    #hear({ kind, value }: Envelope): void {
      switch (kind) {
        case 'message':
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
      if (!this.stdout.readableEnded) this.stdout.push(null);
      if (!this.stderr.readableEnded) this.stderr.push(null);
      this.emit('exit', code);
    }

    get #isOver(): boolean {
      return this.#exitCode !== undefined;
    }

    postMessage(...args: unknown[]): void {
      if (this.#isOver || this.#port === undefined) return;
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

    /** What is written goes to the Worker's `process.stdin`. */
    #input(): Writable {
      return new Writable({
        decodeStrings: false,
        write: (chunk, _encoding, done) => {
          if (!this.#isOver && this.#port !== undefined)
            ports.send(this.#port, this.#end, chunk, [], 'stdin');
          done();
        },
        final: (done) => {
          if (!this.#isOver && this.#port !== undefined) ports.send(this.#port, this.#end, null, [], 'stdin');
          done();
        },
      });
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

/** A copy, with every value as a text; that of the parent where none is given. */
function environmentOf(given: unknown): Record<string, string> | undefined {
  if (given === SHARE_ENV) return undefined;
  const from = (given ?? process.env) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(from).map(([name, value]) => [name, String(value)]));
}
