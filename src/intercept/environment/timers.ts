import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import type { EventLoop } from '../../control/thread/event_loop.ts';
import { type InterceptHost, type Interceptor, replace } from '../../control/thread/interceptor.ts';
import { patchTimerPromises } from './timer_promises.ts';

/** Timers of a thread: they fire by its own clock, when it has nothing else to do. */
export const timers: Interceptor = { name: 'timers', install };

type Callback = (this: unknown, ...args: unknown[]) => void;

const NAMES = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'clearTimeout',
  'clearInterval',
  'clearImmediate',
] as const;
const TIMER_MS_MAX = 2 ** 31 - 1;

/** Milliseconds as Node.js takes them: whole ones, and 1 for what is out of range. */
function millisecondsOf(given: unknown): number {
  const ms = Number(given);
  return ms >= 1 && ms <= TIMER_MS_MAX ? Math.trunc(ms) : 1;
}

function install({ engine, loop }: InterceptHost): undefined {
  const module = createRequire(import.meta.url)('node:timers') as Record<string, unknown>;
  const original = Object.fromEntries(
    NAMES.map((name) => [name, (globalThis as Record<string, unknown>)[name]]),
  ) as Record<string, (...args: unknown[]) => unknown>;
  // What is no function is refused by the original.
  const passes = (callback: unknown): boolean => !engine.controlled || typeof callback !== 'function';
  const setTimeout = (callback: Callback, ms?: unknown, ...args: unknown[]): unknown => {
    if (passes(callback)) return original.setTimeout(callback, ms, ...args);
    return new Timeout(loop, millisecondsOf(ms), callback, args, false);
  };
  const setInterval = (callback: Callback, ms?: unknown, ...args: unknown[]): unknown => {
    if (passes(callback)) return original.setInterval(callback, ms, ...args);
    return new Timeout(loop, millisecondsOf(ms), callback, args, true);
  };
  const setImmediate = (callback: Callback, ...args: unknown[]): unknown => {
    if (passes(callback)) return original.setImmediate(callback, ...args);
    return new Immediate(loop, callback, args);
  };
  const clear = (name: 'clearTimeout' | 'clearImmediate') => (handle: unknown) => {
    if (handle instanceof Handle) handle.end();
    else if (engine.controlled && Number(handle) > 0) loop.removeTimer(Number(handle));
    else original[name](handle);
  };
  const replaced: Record<string, unknown> = {
    setTimeout,
    setInterval,
    setImmediate,
    clearTimeout: clear('clearTimeout'),
    clearInterval: clear('clearTimeout'),
    clearImmediate: clear('clearImmediate'),
  };
  for (const [name, value] of Object.entries(replaced)) {
    Object.defineProperty(value, 'name', { value: name });
    replace(globalThis, name, value);
    replace(module, name, value);
  }
  const { later, soon } = patchTimerPromises(engine, setTimeout, setImmediate);
  replace(setTimeout, promisify.custom, later);
  replace(setImmediate, promisify.custom, soon);
}

const DISPOSE: symbol = Symbol.dispose ?? Symbol.for('nodejs.dispose');

/** A timer's handle: an object in Node.js, with methods that some code calls. */
abstract class Handle {
  protected readonly loop: EventLoop;
  protected id = 0;
  protected referenced = true;

  constructor(loop: EventLoop) {
    this.loop = loop;
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

  end(): void {
    this.loop.removeTimer(this.id);
  }

  [DISPOSE](): void {
    this.end();
  }

  private setRef(ref: boolean): this {
    this.referenced = ref;
    this.loop.setRef(this.id, ref);
    return this;
  }
}

class Timeout extends Handle {
  readonly #ms: number;
  readonly #fire: () => void;

  constructor(loop: EventLoop, ms: number, callback: Callback, args: readonly unknown[], repeats: boolean) {
    super(loop);
    this.#ms = ms;
    this.#fire = () => {
      if (repeats) this.#start();
      callback.apply(this, args as unknown[]);
    };
    this.#start();
  }

  #start(): void {
    this.id = this.loop.addTimer(this.#ms, this.#fire, this.referenced);
  }

  refresh(): this {
    this.end();
    this.#start();
    return this;
  }

  close(): this {
    this.end();
    return this;
  }

  [Symbol.toPrimitive](): number {
    return this.id;
  }
}

class Immediate extends Handle {
  constructor(loop: EventLoop, callback: Callback, args: readonly unknown[]) {
    super(loop);
    this.id = loop.addTimer(0, () => callback.apply(this, args as unknown[]), true, true);
  }
}
