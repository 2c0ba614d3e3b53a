import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import type { EventLoop } from '../../control/thread/event_loop.ts';
import { type InterceptHost, type Interceptor, replace } from '../../control/thread/interceptor.ts';

/** Timers of a thread: they fire by its own clock, when it has nothing else to do. */
export const timers: Interceptor = { name: 'timers', install };

function install({ engine, loop }: InterceptHost): undefined {
  const timers = createRequire(import.meta.url)('node:timers') as Record<string, unknown>;
  const original: Record<string, unknown> = {};
  for (const name of ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'setInterval']) {
    original[name] = (globalThis as Record<string, unknown>)[name];
  }
  const pass = (name: string, args: unknown[]): unknown =>
    (original[name] as (...a: unknown[]) => unknown)(...args);
  const virtual = (name: string, milliseconds: (args: unknown[]) => number, first: number) => {
    return (callback: (...a: unknown[]) => void, ...args: unknown[]): unknown => {
      if (!engine.controlled) return pass(name, [callback, ...args]);
      const fire = (): void => callback(...args.slice(first));
      const ms = milliseconds(args);
      const immediate = name === 'setImmediate';
      return new VirtualTimer(loop, (ref) => loop.addTimer(ms, fire, ref, immediate));
    };
  };
  const interval = (callback: (...a: unknown[]) => void, ms?: number, ...args: unknown[]): unknown => {
    if (!engine.controlled) return pass('setInterval', [callback, ms, ...args]);
    const every = Math.max(1, Number(ms) || 1);
    const timer: VirtualTimer = new VirtualTimer(loop, (ref) =>
      loop.addTimer(
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
    else if (engine.controlled && Number(handle) > 0) loop.removeTimer(Number(handle));
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

/** A timer's handle: an object in Node.js, with methods that some code calls. */
class VirtualTimer {
  private readonly loop: EventLoop;
  private readonly start: (ref: boolean) => number;
  private id: number;
  private referenced = true;

  /** `start` enters the timer anew, and returns its number. */
  constructor(loop: EventLoop, start: (ref: boolean) => number) {
    this.loop = loop;
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
    this.loop.removeTimer(this.id);
    return this;
  }

  [Symbol.toPrimitive](): number {
    return this.id;
  }

  private setRef(ref: boolean): this {
    this.referenced = ref;
    this.loop.setRef(this.id, ref);
    return this;
  }
}
