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

/** The timers of `node:timers/promises`, and `AbortSignal.timeout()`. Returns those that `promisify` gives. */
export function patchTimerPromises(
  engine: Engine,
  setTimeout: SetTimer,
  setImmediate: SetTimer,
): { readonly later: Later; readonly soon: (value?: unknown, options?: Options) => Promise<unknown> } {
  const later: Later = (ms, value, options) =>
    awaiting(options, (fire) => setTimeout(fire, ms), value) as Promise<unknown>;
  const soon = (value?: unknown, options?: Options): Promise<unknown> =>
    awaiting(options, (fire) => setImmediate(fire), value);
  const promises = createRequire(import.meta.url)('node:timers/promises') as Record<string, unknown>;
  replace(promises, 'setTimeout', later);
  replace(promises, 'setImmediate', soon);
  replace(promises, 'setInterval', async function* (ms?: unknown, value?: unknown, options?: Options) {
    for (;;) yield await later(ms, value, options);
  });
  const scheduler = promises.scheduler as object;
  replace(scheduler, 'wait', (ms: number, options?: Options) => later(ms, undefined, options));
  replace(scheduler, 'yield', () => soon());
  patchAbortTimeout(engine, setTimeout);
  return { later, soon };
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
      (timer as Partial<{ end(): void }>).end?.();
      reject(abortError(signal as AbortSignal));
    };
    const timer = start(() => {
      signal?.removeEventListener('abort', abort);
      resolve(value);
    }) as { unref?: () => unknown };
    if (options?.ref === false) timer.unref?.();
    signal?.addEventListener('abort', abort, { once: true });
  });
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
    }, ms) as { unref?: () => unknown };
    timer.unref?.();
    return controller.signal;
  });
}
