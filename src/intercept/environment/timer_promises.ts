import { createRequire } from 'node:module';
import type { Engine } from '../../control/thread/engine.ts';
import { replace } from '../../control/thread/interceptor.ts';

type SetTimer = (callback: () => void, ...args: unknown[]) => unknown;

interface Options {
  readonly ref?: boolean;
  readonly signal?: AbortSignal;
}

/** A timer as a promise: resolves with the value, rejects where its signal aborts. */
type Later = (ms?: unknown, value?: unknown, options?: Options) => Promise<unknown>;
type Soon = (value?: unknown, options?: Options) => Promise<unknown>;
type Repeated = (ms?: unknown, value?: unknown, options?: Options) => AsyncGenerator<unknown>;

interface Timer {
  unref?(): unknown;
  end?(): void;
}

/** The timers of `node:timers/promises`, and `AbortSignal.timeout()`. Returns those that `promisify` gives. */
export function patchTimerPromises(
  engine: Engine,
  setTimeout: SetTimer,
  setImmediate: SetTimer,
): { readonly later: Later; readonly soon: Soon } {
  const promises = createRequire(import.meta.url)('node:timers/promises') as Record<string, unknown>;
  const real = promises as { setTimeout: Later; setImmediate: Soon; setInterval: Repeated };
  const { setTimeout: realLater, setImmediate: realSoon, setInterval: realRepeated } = real;
  // What options may not be is refused by the originals.
  const later: Later = (ms, value, options) => {
    if (!areOptions(options)) return realLater(ms, value, options);
    return awaiting(options, (fire) => setTimeout(fire, ms), value);
  };
  const soon: Soon = (value, options) => {
    if (!areOptions(options)) return realSoon(value, options);
    return awaiting(options, (fire) => setImmediate(fire), value);
  };
  const repeated: Repeated = (ms, value, options) => {
    if (!areOptions(options)) return realRepeated(ms, value, options);
    return repeating(options, (fire) => begun(setTimeout(fire, ms), options), value);
  };
  for (const [name, value] of Object.entries({
    setTimeout: later,
    setImmediate: soon,
    setInterval: repeated,
  })) {
    Object.defineProperty(value, 'name', { value: name });
    replace(promises, name, value);
  }
  const scheduler = promises.scheduler as object;
  replace(scheduler, 'wait', (ms: number, options?: Options) => later(ms, undefined, options));
  replace(scheduler, 'yield', () => soon());
  patchAbortTimeout(engine, setTimeout);
  return { later, soon };
}

function areOptions(options: unknown): options is Options | undefined {
  if (options === undefined) return true;
  if (typeof options !== 'object' || options === null) return false;
  const { signal, ref } = options as { signal?: unknown; ref?: unknown };
  const isSignal =
    signal === undefined || (typeof signal === 'object' && signal !== null && 'aborted' in signal);
  return isSignal && (ref === undefined || typeof ref === 'boolean');
}

function begun(timer: unknown, options: Options | undefined): Timer {
  if (options?.ref === false) (timer as Timer).unref?.();
  return timer as Timer;
}

function awaiting(
  options: Options | undefined,
  start: (fire: () => void) => unknown,
  value: unknown,
): Promise<unknown> {
  const signal = options?.signal;
  if (signal?.aborted === true) return Promise.reject(abortError(signal));
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      timer.end?.();
      reject(abortError(signal as AbortSignal));
    };
    const timer = begun(
      start(() => {
        signal?.removeEventListener('abort', abort);
        resolve(value);
      }),
      options,
    );
    signal?.addEventListener('abort', abort, { once: true });
  });
}

/** Yields the value as often as the timer has fired, whether anybody asked meanwhile or not. */
async function* repeating(
  options: Options | undefined,
  start: (fire: () => void) => Timer,
  value: unknown,
): AsyncGenerator<unknown> {
  const signal = options?.signal;
  const aborted = (): boolean => signal?.aborted === true;
  if (aborted()) throw abortError(signal as AbortSignal);
  let fired = 0;
  let wake: (() => void) | undefined;
  let timer: Timer | undefined;
  const again = (): void => {
    timer = start(() => {
      fired++;
      wake?.();
      again();
    });
  };
  const abort = (): void => {
    timer?.end?.();
    wake?.();
  };
  again();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    for (;;) {
      if (fired === 0 && !aborted()) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (aborted()) throw abortError(signal as AbortSignal);
      for (; fired > 0; fired--) yield value;
    }
  } finally {
    timer?.end?.();
    signal?.removeEventListener('abort', abort);
  }
}

/** As Node.js rejects with. */
function abortError({ reason }: AbortSignal): Error {
  const error = new Error('The operation was aborted', { cause: reason });
  return Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' });
}

/** The signal's own timer does not keep its thread alive. */
function patchAbortTimeout(engine: Engine, setTimeout: SetTimer): void {
  const original = AbortSignal.timeout;
  replace(AbortSignal, 'timeout', (ms: number): AbortSignal => {
    if (!engine.controlled || !(Number.isInteger(ms) && ms >= 0)) return original.call(AbortSignal, ms);
    const controller = new AbortController();
    const timer = setTimeout(() => {
      controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
    }, ms) as Timer;
    timer.unref?.();
    return controller.signal;
  });
}
