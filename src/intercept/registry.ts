import { syncBuiltinESMExports } from 'node:module';
import type { InterceptHost, Interceptor } from '../control/thread/interceptor.ts';
import { atomics } from './atomics/atomics.ts';
import { allocation } from './environment/allocation.ts';
import { clocks } from './environment/clocks.ts';
import { processAndConsole } from './environment/process.ts';
import { random } from './environment/random.ts';
import { timers } from './environment/timers.ts';
import { hostWork } from './outside/host_work.ts';
import { outsideWorld } from './outside/outside.ts';
import { plain } from './plain/plain.ts';
import { wasm } from './wasm/wasm.ts';
import { workers } from './workers/workers.ts';

/** Everything that is replaced in a thread before a module of the user's is loaded, in this order. */
const INTERCEPTORS: readonly Interceptor[] = [
  atomics,
  random,
  clocks,
  timers,
  processAndConsole,
  allocation,
  outsideWorld,
  hostWork,
  workers,
  wasm,
  plain,
];

/** Replaces it all. Returns what puts their state back before a schedule. */
export function intercept(host: InterceptHost): () => void {
  const resets = INTERCEPTORS.map((interceptor) => interceptor.install(host)).filter(
    (reset) => reset !== undefined,
  );
  syncBuiltinESMExports();
  const reset = (): void => {
    for (let i = 0; i < resets.length; i++) resets[i]();
  };
  reset();
  return reset;
}
