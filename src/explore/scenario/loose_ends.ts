import { promiseHooks } from 'node:v8';

/**
 * What a thread's run leaves to the event loop: promises, microtasks, ticks, and the rejections among them that nobody
 * handles. A thread that is a plain function does not give up its thread of control between schedules; only where a
 * run has left something is the event loop let go round before its end, so that what comes of it belongs to the
 * schedule that it was left in. A run that makes no promise pays nothing for this.
 */
export class LooseEnds {
  /** Something was left in this schedule. */
  any = false;
  private readonly rejections = new Map<Promise<unknown>, unknown>();
  private unwatch: (() => void) | undefined;

  /**
   * `heard` says whether a rejection counts; `controlled`, whether the code under test runs; `threw` is called with what
   * a microtask or a tick throws; `isOver`, whether the thread has ended, so that none of them runs. Of a program, rejections
   * are heard elsewhere, without a listener that it could count: `rejections` is false.
   */
  install(
    heard: (reason: unknown) => boolean,
    controlled: () => boolean,
    threw: (error: unknown) => void,
    isOver: () => boolean = () => false,
    rejections = true,
  ): void {
    if (rejections) this.hearRejections(heard);
    const guard = (callback: (...args: unknown[]) => unknown, args: unknown[]): void => {
      // A thread that has ended does nothing any more.
      if (isOver()) return;
      try {
        callback(...args);
      } catch (error) {
        threw(error);
      }
    };
    const { queueMicrotask } = globalThis;
    const nextTick = process.nextTick.bind(process);
    // What is no function is refused by the original.
    const ours = (callback: unknown): boolean => controlled() && typeof callback === 'function';
    replace(globalThis, 'queueMicrotask', (callback: () => void): void => {
      if (ours(callback)) this.any = true;
      queueMicrotask(ours(callback) ? () => guard(callback, []) : callback);
    });
    replace(process, 'nextTick', (callback: (...args: unknown[]) => void, ...args: unknown[]): void => {
      if (ours(callback)) this.any = true;
      if (ours(callback)) nextTick(guard, callback, args);
      else nextTick(callback, ...args);
    });
  }

  private hearRejections(heard: (reason: unknown) => boolean): void {
    process.on('unhandledRejection', (reason, promise) => {
      if (heard(reason)) this.rejections.set(promise, reason);
    });
    process.on('rejectionHandled', (promise) => {
      this.rejections.delete(promise);
    });
  }

  /** Begins to notice promises. */
  watch(): void {
    this.unwatch ??= promiseHooks.onInit(() => {
      this.any = true;
    }) as () => void;
  }

  /** Where the event loop is let go round in any case, promises need no noticing, which makes them slower. */
  stopWatching(): void {
    this.unwatch?.();
    this.unwatch = undefined;
  }

  begin(): void {
    this.any = false;
    if (this.rejections.size > 0) this.rejections.clear();
  }

  /** A rejection that nobody has handled. */
  unhandled(): { readonly reason: unknown } | undefined {
    for (const reason of this.rejections.values()) return { reason };
    return undefined;
  }
}

function replace(target: object, name: string, value: unknown): void {
  Object.defineProperty(value, 'name', { value: name, configurable: true });
  Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: true });
}
