import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { stackText } from '../../control/notes/site.ts';
import { ABANDONED } from '../../control/thread/abandon.ts';
import type { Asynchronous } from '../../control/thread/asynchronous.ts';
import type { Engine } from '../../control/thread/engine.ts';
import { RealDate, RealSharedArrayBuffer } from '../../control/thread/originals.ts';
import { FAIL } from '../../control/words/layout.ts';
import { highOf, nextOf, startStream } from '../../control/words/word_random.ts';

/** Where every thread's clock starts: 2025-01-01T00:00:00Z. */
const EPOCH_MS = 1_735_689_600_000;

const NAMES = ['log', 'info', 'debug', 'warn', 'error', 'trace', 'dir', 'table'] as const;

/**
 * Replaces what would make two runs of one schedule differ: random numbers, clocks, timers. The caller synchronises the ES
 * module views of the builtins. Each thread has
 * its own stream and its own clock, which depend on nothing but what it has done itself in this schedule, so
 * that interleavings that differ in the order of independent operations only stay equivalent.
 */
export class Determinism {
  private readonly engine: Engine;
  /** The thread's random stream: its state now, and where it starts in every schedule. */
  private readonly random = new Int32Array(4);
  private readonly randomStart = new Int32Array(4);
  /** When set, what the scenario prints is swallowed: thousands of schedules would print it. */
  quiet = false;

  constructor(engine: Engine, seed: number) {
    this.engine = engine;
    // Not the streams of schedules, which have the number of a job in the third word.
    startStream(this.randomStart, 0, seed, highOf(seed), -1, engine.me);
  }

  /** Starts the thread's random stream and clock anew. */
  reset(): void {
    // Word by word: TypedArray.prototype.set costs more than all the rest.
    for (let i = 0; i < 4; i++) this.random[i] = this.randomStart[i];
    this.engine.clock.resetTime();
  }

  private next(): number {
    this.engine.inputs.draws++;
    return nextOf(this.random, 0);
  }

  install(
    asynchronous: Asynchronous,
    sharedAllocationAllowed: () => boolean,
    made: (buffer: SharedArrayBuffer) => void,
  ): void {
    this.reset();
    this.patchRandom();
    this.patchClocks();
    this.patchTimers(asynchronous);
    this.patchConsole();
    this.patchExit();
    this.patchCwd();
    this.patchAllocation(sharedAllocationAllowed, made);
  }

  private patchRandom(): void {
    const fill = <A extends ArrayBufferView>(array: A): A => {
      const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
      for (let i = 0; i < bytes.length; i++) bytes[i] = this.next();
      return array;
    };
    const uuid = (): string => {
      const bytes = fill(new Uint8Array(16));
      bytes[6] = (bytes[6] & 0x0f) | 0x40;
      bytes[8] = (bytes[8] & 0x3f) | 0x80;
      const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    };
    replace(Math, 'random', () => (this.next() + (this.next() >>> 11) / 0x20_0000) / 0x1_0000_0000);
    const crypto = createRequire(import.meta.url)('node:crypto') as Record<string, unknown>;
    replace(globalThis.crypto, 'getRandomValues', fill);
    replace(globalThis.crypto, 'randomUUID', uuid);
    replace(crypto, 'randomUUID', uuid);
    replace(crypto, 'randomFillSync', fill);
    replace(crypto, 'randomBytes', (size: number, callback?: (error: null, bytes: Buffer) => void) => {
      const bytes = fill(Buffer.alloc(size));
      if (callback === undefined) return bytes;
      queueMicrotask(() => callback(null, bytes));
    });
    replace(crypto, 'randomInt', (low: number, high?: number) => {
      const [from, to] = typeof high === 'number' ? [low, high] : [0, low];
      return from + Math.floor((this.next() / 0x1_0000_0000) * (to - from));
    });
  }

  private patchClocks(): void {
    const { engine } = this;
    const now = (): number => Math.floor(EPOCH_MS + engine.clock.tickMs());
    class VirtualDate extends RealDate {
      constructor(...args: unknown[]) {
        if (args.length === 0) super(now());
        else super(...(args as [number]));
      }
      static override now(): number {
        return now();
      }
    }
    Object.defineProperty(VirtualDate, 'name', { value: 'Date' });
    replace(globalThis, 'Date', VirtualDate);
    replace(performance, 'now', () => engine.clock.tickMs());
    const hrtime = (previous?: [number, number]): [number, number] => {
      const ns = engine.clock.tickMs() * 1e6;
      const seconds = Math.floor(ns / 1e9);
      if (previous === undefined) return [seconds, Math.floor(ns % 1e9)];
      const delta = ns - previous[0] * 1e9 - previous[1];
      return [Math.floor(delta / 1e9), Math.floor(delta % 1e9)];
    };
    hrtime.bigint = (): bigint => BigInt(Math.floor(engine.clock.tickMs() * 1e6));
    replace(process, 'hrtime', hrtime);
  }

  private patchTimers(asynchronous: Asynchronous): void {
    const timers = createRequire(import.meta.url)('node:timers') as Record<string, unknown>;
    const original: Record<string, unknown> = {};
    for (const name of ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'setInterval']) {
      original[name] = (globalThis as Record<string, unknown>)[name];
    }
    const { engine } = this;
    const pass = (name: string, args: unknown[]): unknown =>
      (original[name] as (...a: unknown[]) => unknown)(...args);
    const virtual = (name: string, milliseconds: (args: unknown[]) => number, first: number) => {
      return (callback: (...a: unknown[]) => void, ...args: unknown[]): unknown => {
        if (!engine.controlled) return pass(name, [callback, ...args]);
        const fire = (): void => callback(...args.slice(first));
        const ms = milliseconds(args);
        return new VirtualTimer(asynchronous, (ref) => asynchronous.addTimer(ms, fire, ref));
      };
    };
    const interval = (callback: (...a: unknown[]) => void, ms?: number, ...args: unknown[]): unknown => {
      if (!engine.controlled) return pass('setInterval', [callback, ms, ...args]);
      const every = Math.max(1, Number(ms) || 1);
      const timer: VirtualTimer = new VirtualTimer(asynchronous, (ref) =>
        asynchronous.addTimer(
          every,
          () => {
            timer.refresh();
            callback(...args);
          },
          ref,
        ),
      );
      return timer;
    };
    const clear = (name: string) => (handle: unknown) => {
      if (handle instanceof VirtualTimer) handle.close();
      else if (engine.controlled && Number(handle) > 0) asynchronous.removeTimer(Number(handle));
      else pass(name, [handle]);
    };
    const replaced: Record<string, unknown> = {
      setTimeout: virtual('setTimeout', (args) => Number(args[0]) || 0, 1),
      setImmediate: virtual('setImmediate', () => 0, 0),
      setInterval: interval,
      clearTimeout: clear('clearTimeout'),
      clearInterval: clear('clearTimeout'),
      clearImmediate: clear('clearImmediate'),
    };
    for (const [name, value] of Object.entries(replaced)) {
      replace(globalThis, name, value);
      replace(timers, name, value);
    }
    const promises = createRequire(import.meta.url)('node:timers/promises') as Record<string, unknown>;
    const setTimeoutOf = replaced.setTimeout as (f: () => void, ms?: number) => { unref?: () => unknown };
    const later = (ms: unknown, value: unknown, options?: { ref?: boolean }): Promise<unknown> => {
      return new Promise((resolve) => {
        const timer = setTimeoutOf(() => resolve(value), Number(ms) || 0);
        if (options?.ref === false) timer.unref?.();
      });
    };
    const soon = (value?: unknown, options?: { ref?: boolean }): Promise<unknown> => later(0, value, options);
    replace(promises, 'setTimeout', later);
    replace(promises, 'setImmediate', soon);
    replace(
      promises,
      'setInterval',
      async function* (ms?: number, value?: unknown, options?: { ref?: boolean }) {
        for (;;) yield await later(Math.max(1, Number(ms) || 1), value, options);
      },
    );
    replace(replaced.setTimeout as object, promisify.custom, later);
    replace(replaced.setImmediate as object, promisify.custom, soon);
    const scheduler = promises.scheduler as object;
    replace(scheduler, 'wait', (ms: number, options?: { ref?: boolean }) => later(ms, undefined, options));
    replace(scheduler, 'yield', () => later(0, undefined));
  }

  private patchConsole(): void {
    const target = console as unknown as Record<string, (...args: unknown[]) => void>;
    for (const name of NAMES) {
      const original = target[name];
      target[name] = (...args) => {
        if (!this.quiet) original.apply(console, args);
      };
    }
  }

  private patchExit(): void {
    const { engine } = this;
    const exit = process.exit;
    replace(process, 'exit', (code?: number) => {
      if (!engine.controlled) return exit.call(process, code);
      engine.failure = {
        name: 'process.exit',
        message: `process.exit(${code ?? ''}) was called in thread ${engine.me}`,
        stack: stackText(),
      };
      engine.fail(FAIL.EXIT);
      throw ABANDONED;
    });
  }

  /** In a worker it looks at a counter in shared memory, by the public `Atomics`: that is no step of the scenario. */
  private patchCwd(): void {
    const { engine } = this;
    const { cwd } = process;
    replace(process, 'cwd', () => {
      const { controlled } = engine;
      engine.controlled = false;
      try {
        return cwd.call(process);
      } finally {
        engine.controlled = controlled;
      }
    });
  }

  private patchAllocation(allowed: () => boolean, made: (buffer: SharedArrayBuffer) => void): void {
    const { engine } = this;
    const construct = (
      target: typeof SharedArrayBuffer,
      args: unknown[],
      newTarget: new () => object,
    ): object => {
      if (engine.controlled && !allowed()) {
        engine.failure = {
          name: 'SharedArrayBuffer',
          message:
            `thread ${engine.me} allocated a SharedArrayBuffer of ${String(args[0])} bytes: the explorer cannot ` +
            'put it back between schedules; allocate it in setup, or export allocates = true from the scenario',
          stack: stackText(),
        };
        engine.fail(FAIL.ALLOCATION);
        throw ABANDONED;
      }
      const buffer = Reflect.construct(target, args, newTarget) as SharedArrayBuffer;
      made(buffer);
      return buffer;
    };
    const proxy = new Proxy(RealSharedArrayBuffer, { construct });
    replace(globalThis, 'SharedArrayBuffer', proxy);
  }
}

/** A timer's handle: an object in Node.js, with methods that some code calls. */
class VirtualTimer {
  private readonly asynchronous: Asynchronous;
  private readonly start: (ref: boolean) => number;
  private id: number;
  private referenced = true;

  /** `start` enters the timer anew, and returns its number. */
  constructor(asynchronous: Asynchronous, start: (ref: boolean) => number) {
    this.asynchronous = asynchronous;
    this.start = start;
    this.id = start(true);
  }

  ref(): this {
    return this.setRef(true);
  }

  unref(): this {
    return this.setRef(false);
  }

  hasRef(): boolean {
    return this.referenced;
  }

  refresh(): this {
    this.close();
    this.id = this.start(this.referenced);
    return this;
  }

  close(): this {
    this.asynchronous.removeTimer(this.id);
    return this;
  }

  [Symbol.toPrimitive](): number {
    return this.id;
  }

  private setRef(ref: boolean): this {
    this.referenced = ref;
    this.asynchronous.setRef(this.id, ref);
    return this;
  }
}

function replace(target: object, name: string | symbol, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: true });
}
