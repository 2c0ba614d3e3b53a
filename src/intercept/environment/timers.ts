import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import type { EventLoop } from '../../control/thread/event_loop.ts';
import { type InterceptHost, type Interceptor, replace } from '../../control/thread/interceptor.ts';
import { H } from '../../control/words/layout.ts';
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

function install({ engine, loop }: InterceptHost): () => void {
  const module = createRequire(import.meta.url)('node:timers') as Record<string, unknown>;
  const original = Object.fromEntries(
    NAMES.map((name) => [name, (globalThis as Record<string, unknown>)[name]]),
  ) as Record<string, (...args: unknown[]) => unknown>;
  // What is no function is refused by the original.
  const passes = (callback: unknown): boolean => !engine.controlled || typeof callback !== 'function';
  const numbered = new Map<number, Timeout>();
  const begin = (callback: Callback, ms: unknown, args: unknown[], repeats: boolean): Timeout => {
    // The host warns of it in its own words.
    if (engine.words[H.PROGRAM] !== 0 && isOutOfRange(ms))
      original.clearTimeout(original.setTimeout(() => undefined, ms));
    return new Timeout(loop, millisecondsOf(ms), callback, args, repeats, numbered);
  };
  const setTimeout = (callback: Callback, ms?: unknown, ...args: unknown[]): unknown =>
    passes(callback) ? original.setTimeout(callback, ms, ...args) : begin(callback, ms, args, false);
  const setInterval = (callback: Callback, ms?: unknown, ...args: unknown[]): unknown =>
    passes(callback) ? original.setInterval(callback, ms, ...args) : begin(callback, ms, args, true);
  const setImmediate = (callback: Callback, ...args: unknown[]): unknown => {
    if (passes(callback)) return original.setImmediate(callback, ...args);
    return new Immediate(loop, callback, args);
  };
  const clear = (name: 'clearTimeout' | 'clearImmediate') => (handle: unknown) => {
    if (handle instanceof Handle) handle.end();
    else if (engine.controlled && Number(handle) > 0) numbered.get(Number(handle))?.end();
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
  return () => numbered.clear();
}

function isOutOfRange(ms: unknown): boolean {
  return ms !== undefined && !(Number(ms) >= 0 && Number(ms) <= TIMER_MS_MAX);
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
  readonly #numbered: Map<number, Timeout>;
  #ended = false;

  /** @param numbered those whose numbers somebody knows */
  constructor(
    loop: EventLoop,
    ms: number,
    callback: Callback,
    args: readonly unknown[],
    repeats: boolean,
    numbered: Map<number, Timeout>,
  ) {
    super(loop);
    this.#ms = ms;
    this.#numbered = numbered;
    this.#fire = () => {
      try {
        callback.apply(this, args as unknown[]);
      } finally {
        if (repeats) this.refresh();
      }
    };
    this.id = loop.addTimer(ms, this.#fire);
  }

  override end(): void {
    super.end();
    this.#ended = true;
  }

  refresh(): this {
    if (this.#ended) return this;
    this.loop.removeTimer(this.id);
    this.loop.addTimer(this.#ms, this.#fire, this.referenced, false, this.id);
    return this;
  }

  close(): this {
    this.end();
    return this;
  }

  [Symbol.toPrimitive](): number {
    this.#numbered.set(this.id, this);
    return this.id;
  }
}

class Immediate extends Handle {
  constructor(loop: EventLoop, callback: Callback, args: readonly unknown[]) {
    super(loop);
    this.id = loop.addTimer(0, () => callback.apply(this, args as unknown[]), true, true);
  }
}
