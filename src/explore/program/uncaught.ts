import type { EventEmitter } from 'node:events';
import { isUnwinding } from '../../control/thread/abandon.ts';
import { replace } from '../../control/thread/interceptor.ts';

/** The exit code of a thread that ends by an error, and of one whose handler of an uncaught exception threw. */
const THREW = 1;
const HANDLER_THREW = 7;

type Origin = 'uncaughtException' | 'unhandledRejection';
type Capture = (error: unknown) => void;

/** What becomes of errors that nothing caught. */
export interface UncaughtOptions {
  /** The thread has ended: what it still throws counts for nothing. */
  isOver(): boolean;
  /** An error ends the thread, with this exit code; `heard` says whether its listeners of 'exit' hear of it. */
  ends(error: unknown, code: number, heard: boolean): void;
}

/**
 * Errors and rejections that nothing caught in a thread of a program: its own handlers hear them as they do in Node.js, else they
 * end it. What Node.js itself notices comes here by the callback that captures exceptions, so that no listener of ours is
 * among those of `process` that the program sees and counts.
 */
export class Uncaught {
  private readonly options: UncaughtOptions;
  /** The program's own callback. */
  private capture: Capture | null = null;
  /** Node.js has told the monitors of an error that comes next, and how it came about. */
  private told: { readonly error: unknown; readonly origin: Origin } | undefined;

  constructor(options: UncaughtOptions) {
    this.options = options;
  }

  /** Once in a worker. */
  install(): void {
    // Those of the worker that it runs in: Node.js flushes by them what nobody here writes.
    process.removeAllListeners('exit');
    const set = process.setUncaughtExceptionCaptureCallback;
    set.call(process, (error) => {
      const told = this.told?.error === error ? this.told : undefined;
      this.told = undefined;
      this.decide(error, told?.origin ?? 'uncaughtException');
    });
    this.watchEvents();
    replace(process, 'setUncaughtExceptionCaptureCallback', (callback: unknown) => {
      // What is neither is refused by the original.
      if (callback !== null && typeof callback !== 'function') return set.call(process, callback as never);
      if (callback !== null && this.capture !== null) throw alreadySet();
      this.capture = callback as Capture | null;
    });
    replace(process, 'hasUncaughtExceptionCaptureCallback', () => this.capture !== null);
  }

  /** A schedule begins. */
  begin(): void {
    this.capture = null;
    this.told = undefined;
  }

  /** An error that was caught by us, on behalf of Node.js. */
  threw(error: unknown, origin: Origin): void {
    if (this.isNothing(error)) return;
    (process as EventEmitter).emit('uncaughtExceptionMonitor', error, origin);
    this.told = undefined;
    this.decide(error, origin);
  }

  private isNothing(error: unknown): boolean {
    return isUnwinding(error) || this.options.isOver();
  }

  /** What unwinds a thread is no error of the program: its listeners do not hear of it. */
  private watchEvents(): void {
    const { emit } = process as EventEmitter;
    const emits = (self: NodeJS.Process, args: unknown[]): boolean => {
      const [event, error, origin] = args;
      if (event === 'unhandledRejection' && this.isNothing(error)) return true;
      if (event === 'uncaughtExceptionMonitor') {
        if (this.isNothing(error)) return true;
        this.told = { error, origin: origin as Origin };
      }
      return Reflect.apply(emit, self, args) as boolean;
    };
    replace(process, 'emit', function (this: NodeJS.Process, ...args: unknown[]): boolean {
      return emits(this, args);
    });
  }

  private decide(error: unknown, origin: Origin): void {
    if (this.isNothing(error)) return;
    const { ends } = this.options;
    try {
      if (this.capture !== null) this.capture(error);
      else if (!(process as EventEmitter).emit('uncaughtException', error, origin)) ends(error, THREW, true);
    } catch (second) {
      // Where a handler threw, nobody is told.
      if (!isUnwinding(second)) ends(second, HANDLER_THREW, false);
    }
  }
}

function alreadySet(): Error {
  const message =
    '`process.setUncaughtExceptionCaptureCallback()` was called while a capture callback was already active';
  return Object.assign(new Error(message), { code: 'ERR_UNCAUGHT_EXCEPTION_CAPTURE_ALREADY_SET' });
}
