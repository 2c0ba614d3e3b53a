import { assertFunction } from '../../platform/arguments.ts';

/** What a handle was, for a report of a leak: its description, and where it was made. */
export type HandleDescription = string;

/** Watches handles that are made and those that are given up. Off unless `trackHandles` turns it on. */
export interface HandleTracker {
  made(handle: object, description: HandleDescription): void;
  gone(handle: object): void;
}

/** The tracker of this thread; null is off, and costs a handle one comparison. */
export let handleTracker: HandleTracker | null = null;

/**
 * Reports handles that are garbage-collected while they own frames: leaks. For debugging: it costs 120 to 220 ns a
 * handle, and reports only when the collector runs, if it does; the scan of slots at the end of a run (`scanSlots`)
 * finds every leak.
 *
 * @param onLeak is told what was leaked and where it was made; null turns tracking off.
 * @throws `InvalidArgs` for any other value
 */
export function trackHandles(onLeak: ((description: HandleDescription) => void) | null): void {
  if (onLeak === null) {
    handleTracker = null;
    return;
  }
  assertFunction(onLeak, 'what is told of leaks');
  const registry = new FinalizationRegistry<HandleDescription>(onLeak);
  handleTracker = {
    made(handle, description) {
      const stack = new Error().stack?.split('\n').slice(4, 9).join('\n') ?? '';
      registry.register(handle, `${description} made at\n${stack}`, handle);
    },
    gone(handle) {
      registry.unregister(handle);
    },
  };
}
